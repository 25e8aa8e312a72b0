import { readDer } from '../../../operator/pki/der';
import { distinguishedName } from '../../../operator/pki/distinguished-name';
import { certificateView } from '../../../operator/pki/pem';
import { NAMES, textOf } from './fixtures';

describe('names of certificates', () => {
  test('are what Java calls them', () => {
    expect(NAMES.length).toBeGreaterThan(100);
    for (const { der, java } of NAMES)
      expect({ der, name: distinguishedName(readDer(Buffer.from(der, 'hex'))) }).toEqual({ der, name: java });
  });

  test.each([
    ['the last part comes first', 'CN=alice,O=Example\\, Inc.,C=DE'],
    ['parts of one level keep their order', 'O=o,CN=alice+UID=42'],
    ['what has no keyword is a number and bytes', 'CN=alice,1.2.840.113549.1.9.1=#160d61406578616d706c652e636f6d'],
    ['a space at the edge is escaped', 'CN=\\ alice\\ '],
    ['nothing is an empty name', ''],
  ])('%s', (_name, java) => expect(NAMES.map((one) => one.java)).toContain(java));

  test('are in the view of a certificate', () => {
    expect(certificateView(textOf('ec.crt'))).toMatchObject({ subject: 'CN=ec', issuer: 'CN=ca' });
  });
});
