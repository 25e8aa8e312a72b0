#!/usr/bin/env node
/** `kafka-operator`: what the operator would do, why, and what it sees. Reads only; exit code 0 nothing to do, 2 changes, 1 error. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { connectKafka } from './clients/kafka/connect';
import { liveOrNew, lookAt, newObject, type Look } from './commands/look';
import { listOperations, operationsText, watchOperations } from './commands/operations-command';
import { picture } from './commands/picture';
import { momentFrom, momentOf, offlineWorld, planOf, planOutput, worldText } from './commands/plan-command';
import { kafkaCredentials } from './observe/kafka-credentials';
import { KubeClient } from './runtime/kube-client';
import { credentialsOf, loadKubeConfig } from './runtime/kube-config';
import { AxiosTransport } from './runtime/transport';
import type { KubeApi, KubeObject } from './runtime/kube-types';

const HELP = `kafka-operator: looks at Kafka clusters and plans their changes; changes nothing itself

  kafka-operator plan -f cluster.yaml            what applying this file would do to the live cluster, and what is held by what
  kafka-operator plan NAME -n NAMESPACE          what the operator means to do with the cluster as it is
  kafka-operator plan ... --until-done           plays the plan to its end in a simulator, pass by pass; an approximation
  kafka-operator plan -f cluster.yaml --world w.json   the same offline: no connection is made, byte for byte the same anywhere
  kafka-operator world NAME -n NAMESPACE         everything seen of a cluster as JSON, without secret values
  kafka-operator show NAME -n NAMESPACE          a picture: nodes, racks, volumes, addresses, conditions
  kafka-operator operations list [NAME] -n NAMESPACE   what Cruise Control is to do, does and did, for one cluster or all
  kafka-operator operations watch [NAME] -n NAMESPACE  the same until all of it is over, with its progress

options
  -f, --file FILE        the KafkaCluster as YAML
  -n, --namespace NAME   default: the file's, else "default"
      --context NAME     a context of your kubeconfig; default: the current one
      --world FILE       a World captured by \`kafka-operator world\`
      --now TIME         plan for this moment (for example 2026-01-04T02:00:00Z), which maintenance windows and soak times go by;
                         default: the present, and with --world the moment at which it was captured
  -o, --output FORMAT    text or json; default text
  -h, --help
exit code: 0 nothing to do, 2 changes or holds, 1 error; of operations watch: 0 all completed, 1 one did not
`;

interface Options {
  readonly file?: string;
  readonly namespace?: string;
  readonly context?: string;
  readonly world?: string;
  readonly now?: string;
  readonly 'until-done'?: boolean;
  readonly output: string;
  readonly name?: string;
  /** What stands behind the name. */
  readonly of?: string;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      file: { type: 'string', short: 'f' },
      namespace: { type: 'string', short: 'n' },
      context: { type: 'string' },
      world: { type: 'string' },
      now: { type: 'string' },
      'until-done': { type: 'boolean' },
      output: { type: 'string', short: 'o', default: 'text' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, name, of] = positionals;
  if (values.help === true || command === undefined) {
    process.stdout.write(HELP);
    return values.help === true ? 0 : 1;
  }
  const { help: _, ...options } = values;
  return run(command, { ...options, ...(name === undefined ? {} : { name }), ...(of === undefined ? {} : { of }) });
}

async function run(command: string, options: Options): Promise<number> {
  if (command === 'plan') return plan(options);
  if (command === 'world') {
    process.stdout.write(worldText((await look(options)).world));
    return 0;
  }
  if (command === 'show') {
    const { cluster, problems, world } = await look(options);
    process.stdout.write(
      cluster === undefined ? planOutput({ problems, world, cluster, plan: undefined }, options.output) : picture(cluster, world),
    );
    return cluster === undefined ? 1 : 0;
  }
  if (command === 'operations') return operations(options);
  throw new Error(`cannot run "${command}": the commands are plan, world, show and operations; see kafka-operator --help`);
}

/** `list` or `watch`, then perhaps a cluster. */
async function operations({ name: what = 'list', of, namespace = 'default', context }: Options): Promise<number> {
  const kube = await kubeApi(context);
  const list = () => listOperations(kube, namespace, of);
  const write = (text: string): void => void process.stdout.write(text);
  if (what === 'list') {
    write(operationsText(await list()));
    return 0;
  }
  if (what !== 'watch') throw new Error(`cannot run "operations ${what}": write list or watch`);
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  return watchOperations({ list, write, columns, pause: () => new Promise((resolve) => setTimeout(resolve, WATCHED_EVERY_MS)) });
}

const WATCHED_EVERY_MS = 1000;

async function kubeApi(context: string | undefined): Promise<KubeApi> {
  const config = await loadKubeConfig(context);
  return new KubeClient({ transport: new AxiosTransport(credentialsOf(config), { userAgent: 'kafka-operator-cli' }) });
}

async function plan(options: Options): Promise<number> {
  const seen = options.world === undefined ? await look(options) : offline(options);
  const moment = options.world === undefined ? Date.now() : momentOf(seen.world);
  const planned = planOf(seen, options.now === undefined ? moment : momentFrom(options.now), options['until-done']);
  process.stdout.write(planOutput(planned, options.output));
  if (planned.plan === undefined) return 1;
  return planned.plan.actions.length + planned.plan.held.length > 0 ? 2 : 0;
}

function offline(options: Options): Look {
  if (options.file === undefined || options.world === undefined)
    throw new Error('cannot plan offline: --world needs -f with the KafkaCluster as well');
  return offlineWorld(fromFile(options.file, options.namespace), JSON.parse(readFileSync(options.world, 'utf8')));
}

async function look(options: Options): Promise<Look> {
  const kube = await kubeApi(options.context);
  if (options.file !== undefined) {
    const wanted = fromFile(options.file, options.namespace);
    return lookAt(kube, connectKafka({ security: kafkaCredentials(kube) }), await liveOrNew(kube, wanted), newObject(wanted));
  }
  if (options.name === undefined) throw new Error('cannot look: name a KafkaCluster, or give a file with -f');
  const metadata = { name: options.name, namespace: options.namespace ?? 'default', uid: '', resourceVersion: '', creationTimestamp: '' };
  const live = await liveOrNew(kube, { apiVersion: '', kind: 'KafkaCluster', metadata });
  if (live.metadata.uid === '') throw new Error(`cannot find KafkaCluster ${metadata.namespace}/${metadata.name}`);
  return lookAt(kube, connectKafka({ security: kafkaCredentials(kube) }), live);
}

function fromFile(file: string, namespace: string | undefined): KubeObject {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((d) => d.toJS() as KubeObject | null);
  const found = documents.find((d) => d?.kind === 'KafkaCluster');
  if (found === undefined || found === null) throw new Error(`cannot read ${file}: it holds no KafkaCluster`);
  const place = namespace ?? found.metadata.namespace ?? 'default';
  return { ...found, metadata: { ...found.metadata, namespace: place } };
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
