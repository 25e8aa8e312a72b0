import java.util.HexFormat;
import java.util.Scanner;
import javax.security.auth.x500.X500Principal;

/** Reads names in DER, one a line in hexadecimal; prints what Java calls each, in hexadecimal of its UTF-8, or `-` for one it refuses. */
public final class PrintNames {
  public static void main(String[] arguments) throws Exception {
    Scanner lines = new Scanner(System.in, "UTF-8");
    while (lines.hasNextLine()) {
      byte[] der = HexFormat.of().parseHex(lines.nextLine().trim());
      try {
        System.out.println(HexFormat.of().formatHex(new X500Principal(der).getName().getBytes("UTF-8")));
      } catch (IllegalArgumentException refused) {
        System.out.println("-");
      }
    }
  }
}
