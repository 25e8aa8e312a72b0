/**
 * A stand-in for a Kafka cluster: it speaks the wire protocol on loopback, one port per broker, and stores no records; what is
 * written (settings, features, voters, elections) changes its state. For unit tests (it can hang, reset, send garbage) and for
 * benchmarks of the operator with many clusters (one process answers them all). What a real broker says is tested with recorded
 * bytes; nothing is to be concluded about Kafka from this.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { WireReader } from '../../operator/clients/kafka/wire/reader';
import type { TaggedField } from '../../operator/clients/kafka/wire/reader';
import { WireWriter } from '../../operator/clients/kafka/wire/writer';
import { READING } from './answers';
import { WRITING } from './changes';
import type { SimState } from './state';
import { TOPICS } from './topics';
import { USERS } from './users';

/**
 * - `refuse`: the port is closed. - `hang`: accepts and never answers. - `reset`: half an answer, then the connection is reset.
 * - `garbage`: bytes that are not Kafka's. - `slow`: each answer after that many milliseconds.
 */
export type SimFault =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'hang' | 'reset' | 'garbage' | 'truncate'; /** Only this message; else all. */ readonly key?: number }
  | { readonly kind: 'slow'; readonly milliseconds: number; readonly key?: number };

interface SimNode {
  readonly id: number;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  port: number;
  fault: SimFault | undefined;
}

const LOOPBACK = '127.0.0.1';
const HEADER = 4;
const API_VERSIONS = 18;
const MESSAGES = { ...READING, ...WRITING, ...TOPICS, ...USERS };

export class SimKafka {
  /** May be replaced at any time; what is written to the simulated Kafka replaces it as well. */
  state: SimState;
  private readonly nodes = new Map<number, SimNode>();
  private readonly asked = new Map<number, number>();
  private dialled = 0;

  constructor(state: SimState) {
    this.state = state;
  }

  /** Opens one loopback port per broker. */
  async listen(): Promise<void> {
    await Promise.all(this.state.brokers.map(({ id }) => this.open(id)));
  }

  /** Ends all ports and connections. */
  async close(): Promise<void> {
    await Promise.all([...this.nodes.keys()].map((id) => this.shut(id)));
    this.nodes.clear();
  }

  /** `host:port` as advertised, in order of the brokers. */
  get bootstrap(): readonly string[] {
    return this.state.brokers.map(({ host, port }) => `${host}:${port}`);
  }

  /** The loopback address behind an advertised one; the address itself when it is not of this cluster. */
  readonly resolve = (address: { readonly host: string; readonly port: number }): { readonly host: string; readonly port: number } => {
    const broker = this.state.brokers.find(({ host, port }) => host === address.host && port === address.port);
    const node = broker === undefined ? undefined : this.nodes.get(broker.id);
    return node === undefined ? address : { host: LOOPBACK, port: node.port };
  };

  /** How often a message was asked, by number; all of them without one. */
  requests(key?: number): number {
    if (key !== undefined) return this.asked.get(key) ?? 0;
    return [...this.asked.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Connections accepted so far. */
  get connections(): number {
    return this.dialled;
  }

  /** Connections open now. */
  get openConnections(): number {
    return [...this.nodes.values()].reduce((sum, { sockets }) => sum + sockets.size, 0);
  }

  /** Makes one broker misbehave from now on. */
  async fail(id: number, fault: SimFault): Promise<void> {
    const node = this.node(id);
    node.fault = fault;
    if (fault.kind === 'refuse') await this.shut(id);
  }

  /** Ends the connections of one broker; new ones are accepted. */
  cut(id: number): void {
    this.node(id).sockets.forEach((socket) => socket.destroy());
  }

  /** The broker behaves again, at the same port, or at another one where somebody's connection has taken it meanwhile (`resolve` knows). */
  async heal(id: number): Promise<void> {
    const node = this.node(id);
    node.fault = undefined;
    if (node.server.listening) return;
    await this.open(id, node.port).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      return this.open(id);
    });
  }

  private node(id: number): SimNode {
    const node = this.nodes.get(id);
    if (node === undefined)
      throw new Error(`cannot find broker ${id} in the simulated cluster: it is not in its state, or listen() was not called`);
    return node;
  }

  private open(id: number, port = 0): Promise<void> {
    const node: SimNode = { id, server: createServer((socket) => this.accept(node, socket)), sockets: new Set(), port, fault: undefined };
    this.nodes.set(id, node);
    return new Promise((resolve, reject) => {
      node.server.once('error', reject);
      node.server.listen(port, LOOPBACK, () => {
        node.port = (node.server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  private shut(id: number): Promise<void> {
    const { server, sockets } = this.node(id);
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  }

  private accept(node: SimNode, socket: Socket): void {
    this.dialled += 1;
    node.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => node.sockets.delete(socket));
    socket.on('error', () => undefined);
    let buffered: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
      while (buffered.length >= HEADER && buffered.length >= HEADER + buffered.readInt32BE(0)) {
        const end = HEADER + buffered.readInt32BE(0);
        this.take(node, socket, buffered.subarray(HEADER, end));
        buffered = buffered.subarray(end);
      }
    });
  }

  private take(node: SimNode, socket: Socket, frame: Buffer): void {
    const key = frame.readInt16BE(0);
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
    const { fault } = node;
    const applies = fault !== undefined && fault.kind !== 'refuse' && (fault.key === undefined || fault.key === key);
    if (!applies) return void socket.write(this.respond(node, frame));
    this.misbehave(fault, socket, () => this.respond(node, frame));
  }

  private misbehave(fault: SimFault, socket: Socket, respond: () => Buffer): void {
    switch (fault.kind) {
      case 'refuse':
      case 'hang':
        return;
      case 'garbage':
        socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        return;
      case 'truncate': {
        const short = respond().subarray(0, -3);
        short.writeInt32BE(short.length - HEADER, 0);
        socket.write(short);
        return;
      }
      case 'reset': {
        const whole = respond();
        socket.write(whole.subarray(0, Math.floor(whole.length / 2)), () => socket.resetAndDestroy());
        return;
      }
      case 'slow':
        setTimeout(() => socket.write(respond()), fault.milliseconds).unref();
    }
  }

  /** The frame of the answer to the frame of a request. A message or version that the state does not list ends in an Error, as in a test it is a mistake. */
  private respond(node: SimNode, frame: Buffer): Buffer {
    const [key, version, correlation] = [frame.readInt16BE(0), frame.readInt16BE(2), frame.readInt32BE(4)];
    const message = MESSAGES[key];
    const [min, max] = this.state.versions[key] ?? [0, -1];
    if (message === undefined || version < min || version > max)
      throw new Error(`cannot answer message ${key} version ${version}: the simulated broker does not speak it`);
    const flexible = version >= message.flexibleFrom;
    const clientId = Math.max(frame.readInt16BE(8), 0);
    const request = new WireReader(frame.subarray(10 + clientId), flexible);
    request.tags();
    const answer = new WireWriter(flexible);
    answer.int32(0).int32(correlation);
    if (key !== API_VERSIONS) answer.tags(); // its header stays classic, so that any client can read it
    const tags: TaggedField[] = [];
    const change = (state: SimState): void => {
      this.state = state;
    };
    message.respond({ state: this.state, version, request, answer, node: node.id, change, tags });
    const bytes = answer.tags(tags).bytes();
    bytes.writeInt32BE(bytes.length - HEADER, 0);
    return bytes;
  }
}

/** One resolver for many clusters, by advertised name. */
export const resolveAmong = (clusters: readonly SimKafka[]): SimKafka['resolve'] => {
  const owners = new Map(clusters.flatMap((cluster) => cluster.bootstrap.map((name) => [name, cluster] as const)));
  return (address) => owners.get(`${address.host}:${address.port}`)?.resolve(address) ?? address;
};
