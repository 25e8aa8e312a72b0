import { networkThreads } from '../../../lib/kafka/listener-threads';

describe('threads of a listener', () => {
  it.each<[string, number, Parameters<typeof networkThreads>]>([
    ["Kafka's three where nothing is said", 3, [[{}], 'internal']],
    ['the most that is said', 9, [[{ 'num.network.threads': '8' }, { 'num.network.threads': '9' }], 'internal']],
    ['what its own setting says', 6, [[{ 'listener.name.own.num.network.threads': '6' }], 'OWN']],
    ['nothing of another listener', 3, [[{ 'listener.name.own.num.network.threads': '6' }], 'internal']],
    ['nothing that is no number', 3, [[{ 'num.network.threads': 'many' }], 'internal']],
    ['no more than anybody has', 32, [[{ 'num.network.threads': '10000' }], 'internal']],
  ])('are %s', (_, threads, given) => {
    expect(networkThreads(...given)).toBe(threads);
  });
});
