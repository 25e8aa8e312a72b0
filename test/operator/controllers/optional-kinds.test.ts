/** Kinds of others come and go while the operator runs; at rest, what is not installed costs nothing. */
import { API_GATEWAY, OPTIONAL, TLS_ROUTE } from '../../../operator/kinds';
import { DEFINITION, definitionName } from '../../../operator/runtime/optional-kinds';
import { pause, until } from '../../runtime/fake-clock';
import { combined, Environment, install, KINDS } from './environment';

jest.setTimeout(60_000);

describe('kinds of others', () => {
  let env: Environment;
  const asked = (plural: string) => env.server.requests.filter(({ resource }) => resource === plural);

  beforeEach(async () => {
    env = await Environment.start();
  });

  afterEach(() => env.close());

  it('are never asked for while they are not installed, and a converged cluster makes no request', async () => {
    await env.operator();
    env.apply(combined());
    await env.converged();
    expect(OPTIONAL.flatMap(({ plural }) => asked(plural))).toEqual([]);
    const requests = env.server.requests.length;
    await pause(500);
    expect(env.server.requests.slice(requests)).toEqual([]);
  });

  it('wake the clusters when they come and when they go, and are watched meanwhile', async () => {
    await env.operator();
    env.apply(combined());
    await env.converged();
    const deeds = env.deeds.length;
    install(env.server, API_GATEWAY);
    install(env.server, TLS_ROUTE, 'v1alpha2');
    await until(() => env.server.openWatches === KINDS + 1);
    await env.converged();
    env.server.remove(DEFINITION, undefined, definitionName(API_GATEWAY));
    await until(() => env.server.openWatches === KINDS);
    await env.converged();
    expect(env.deeds.slice(deeds)).toEqual([]);
  });

  it('leave the operator at work when it may neither read definitions nor kinds of others', async () => {
    env.server.fault({ resource: 'customresourcedefinitions' }, { status: 403 }, 1e6);
    for (const { plural } of OPTIONAL) env.server.fault({ resource: plural }, { status: 403 }, 1e6);
    await env.operator();
    env.apply(combined());
    await until(() => env.isConverged(), 30_000);
    expect(OPTIONAL.map(({ plural }) => asked(plural).length).every((count) => count <= 2)).toBe(true);
  });
});
