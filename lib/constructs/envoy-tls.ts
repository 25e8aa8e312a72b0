/** TLS that the Envoys end, with the certificate of a Secret. It is taken from files, so a renewed one needs no restart. */
import type { RawObject } from '../api/resolved-cluster';
import { extension, FILES, resourceFile, typed, watchedFile } from './envoy-xds';

/** Where the Secret is mounted. */
export const CERTIFICATE_DIRECTORY = '/certs';
const SECRET = 'certificate';

export const tlsSocket = (): RawObject =>
  extension('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
      tls_certificate_sds_secret_configs: [{ name: SECRET, sds_config: watchedFile(FILES.certificate) }],
    },
  });

/** The file that says where the certificate lies, and that its directory is to be watched. */
export const certificateFile = (): string =>
  resourceFile([
    {
      ...typed('envoy.extensions.transport_sockets.tls.v3.Secret', { name: SECRET }),
      tls_certificate: {
        certificate_chain: { filename: `${CERTIFICATE_DIRECTORY}/tls.crt` },
        private_key: { filename: `${CERTIFICATE_DIRECTORY}/tls.key` },
        watched_directory: { path: CERTIFICATE_DIRECTORY },
      },
    },
  ]);
