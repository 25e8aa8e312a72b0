import { kafkajsMismatches, loadKafkajs } from '../../../../operator/clients/kafka/kafkajs-internals';

type Parts = ReturnType<typeof loadKafkajs>;

describe('the private parts of kafkajs', () => {
  test('are as expected in the installed version', () => {
    expect(kafkajsMismatches('2.2.4', loadKafkajs())).toEqual([]);
  });

  test('are refused in any other version', () => {
    expect(kafkajsMismatches('2.3.0', loadKafkajs())).toEqual(['its version is 2.3.0']);
  });

  test('are named when they are gone', () => {
    const parts = { Connection() {}, Encoder() {} } as unknown as Parts;
    expect(kafkajsMismatches('2.2.4', parts)).toEqual(
      expect.arrayContaining(['Connection has no processData', 'Encoder has no writeBuffer']),
    );
  });

  test('are named when they changed inside', () => {
    const { Connection, Encoder } = loadKafkajs();
    class Other extends Connection {
      override readonly requestQueue = {} as InstanceType<typeof Connection>['requestQueue'];
    }
    const expected = ['RequestQueue has no destroy', 'RequestQueue has no scheduleCheckPendingRequests', 'RequestQueue has no pending'];
    expect(kafkajsMismatches('2.2.4', { Connection: Other, Encoder })).toEqual(expected);
  });
});
