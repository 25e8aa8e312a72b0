import { superUsers } from '../../../lib/constructs/super-users';
import { cluster, DEDICATED } from './small-cluster';

const AUTHORIZER = 'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n';
const NODES = 'User:CN=orders-headless.kafka.svc.cluster.local';
const CLIENT = 'User:CN=orders-controller.kafka.mgt.cluster.local';
const SCRAM = ['User:kafka-operator', 'User:kafka-brokers', 'User:kafka-cruise-control'];

const made = (
  type: string,
  quorum: string,
  more: Readonly<Record<string, unknown>> = {},
  listener: Readonly<Record<string, unknown>> = {},
) =>
  cluster(DEDICATED, {
    readOnlyConfig: AUTHORIZER,
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type, containerPort: 29092, usedForInnerBrokerCommunication: true, ...listener },
        { name: 'controller', type: quorum, containerPort: 29093, usedForControllerCommunication: true, ...listener },
      ],
    },
    ...more,
  });
const own = { serverSSLCertSecret: { name: 'own' } };
const client = { clientSSLCertSecret: { name: 'client' } };

test.each([
  ['nobody where nothing checks', made('ssl', 'ssl', { readOnlyConfig: '' }), []],
  ['nodes and clients by their certificates', made('ssl', 'ssl'), [NODES, CLIENT]],
  ['users by their names beside nodes of the quorum', made('sasl_plaintext', 'ssl'), [NODES, CLIENT, ...SCRAM]],
  ['not the generated client where another is shown', made('ssl', 'ssl', client), [NODES]],
  ['nobody of ours where all certificates are the user’s own', made('ssl', 'ssl', client, own), []],
])('may do everything: %s', (_name, of, users) => {
  expect(superUsers(of, {})).toEqual(users);
  const known = users.length === 0 && !of.security.authorizer ? [] : [...users, 'User:CN=own,O=Company'];
  expect(superUsers(of, { security: { trust: {}, superUsers: ['User:CN=own,O=Company'] } })).toEqual(known);
});
