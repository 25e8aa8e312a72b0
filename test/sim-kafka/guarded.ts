/**
 * A door with TLS and SCRAM-SHA-512 before a simulated broker. Like Kafka it tells versions to everybody, takes nothing else
 * before somebody has logged in, and says after the handshake that it does not take a certificate.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

export interface Guard {
  readonly tls?: TlsOptions;
  /** Passwords by user; undefined: nobody has to log in. */
  readonly users?: Readonly<Record<string, string>>;
}

export interface Door {
  readonly port: number;
  /** Logins that were tried. */
  readonly logins: () => number;
  /** Connections that were opened. */
  readonly opened: () => number;
  close(): Promise<void>;
}

const HANDSHAKE = 17;
const API_VERSIONS = 18;
const AUTHENTICATE = 36;
const MECHANISM = 'SCRAM-SHA-512';
const ITERATIONS = 4096;
const REFUSED = 58;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const short = (value: number): Buffer => int(value).subarray(2);
const framed = (correlation: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat([int(correlation), ...parts]);
  return Buffer.concat([int(body.length), body]);
};
const hmac = (key: Buffer, message: string): Buffer => createHmac('sha512', key).update(message).digest();
const partsOf = (message: string): Readonly<Record<string, string>> =>
  Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));

/** One SCRAM exchange; each call takes a message of the client and gives the answer, or undefined when it is refused. */
function scramServer(users: Readonly<Record<string, string>>): (message: string) => string | undefined {
  const salt = randomBytes(16);
  let first = { bare: '', own: '', user: '', nonce: '' };
  return (message) => {
    if (message.startsWith('n,,')) {
      const bare = message.slice(3);
      const { n: user = '', r = '' } = partsOf(bare);
      const nonce = `${r}${randomBytes(8).toString('hex')}`;
      first = { bare, user, nonce, own: `r=${nonce},s=${salt.toString('base64')},i=${String(ITERATIONS)}` };
      return first.own;
    }
    const password = users[first.user];
    if (password === undefined) return undefined;
    const salted = pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512');
    const withoutProof = message.slice(0, message.lastIndexOf(',p='));
    const whole = [first.bare, first.own, withoutProof].join();
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha512').update(clientKey).digest(), whole);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64');
    if (message.slice(withoutProof.length + 3) !== proof) return undefined;
    return `v=${hmac(hmac(salted, 'Server Key'), whole).toString('base64')}`;
  };
}

/** Opens a door on loopback. */
export async function openDoor(to: { readonly host: string; readonly port: number }, { tls, users }: Guard): Promise<Door> {
  const sockets = new Set<Socket>();
  const count = { logins: 0, opened: 0 };
  const pass = (socket: Socket): void => {
    count.opened += 1;
    const behind = connect(to);
    for (const one of [socket, behind]) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', () => [socket, behind].forEach((s) => s.destroy()));
    }
    behind.on('data', (chunk) => socket.write(chunk));
    const login = users === undefined ? undefined : scramServer(users);
    const state = { in: login === undefined, data: Buffer.alloc(0) };
    const take = (frame: Buffer): void => {
      const [key, correlation] = [frame.readInt16BE(4), frame.readInt32BE(8)];
      if (key === HANDSHAKE) return void socket.write(framed(correlation, short(0), int(1), text(MECHANISM)));
      if (key === AUTHENTICATE) {
        answer(frame, correlation);
        return;
      }
      if (state.in || key === API_VERSIONS) return void behind.write(frame);
      socket.destroy();
    };
    const answer = (frame: Buffer, correlation: number): void => {
      const at = 14 + Math.max(0, frame.readInt16BE(12));
      const said = frame.subarray(at + 4, at + 4 + frame.readInt32BE(at)).toString();
      if (said.startsWith('n,,')) count.logins += 1;
      const reply = login?.(said);
      const lifetime = Buffer.alloc(8);
      if (reply === undefined)
        return void socket.write(framed(correlation, short(REFUSED), text('Authentication failed: invalid credentials'), int(0), lifetime));
      state.in ||= reply.startsWith('v=');
      socket.write(framed(correlation, short(0), short(-1), int(Buffer.byteLength(reply)), Buffer.from(reply), lifetime));
    };
    socket.on('data', (chunk: Buffer) => {
      state.data = Buffer.concat([state.data, chunk]);
      while (state.data.length >= 4 && state.data.length >= 4 + state.data.readInt32BE(0)) {
        const end = 4 + state.data.readInt32BE(0);
        take(state.data.subarray(0, end));
        state.data = state.data.subarray(end);
      }
    });
  };
  const server: Server = tls === undefined ? createServer(pass) : createTlsServer(tls, pass).on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    logins: () => count.logins,
    opened: () => count.opened,
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
