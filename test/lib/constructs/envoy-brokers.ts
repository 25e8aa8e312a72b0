/** What stands for brokers behind a real Envoy: each says who it is, answers what it hears, and has a health check. */
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Server as HttpServer } from 'node:http';

/** Every broker has an address of its own, so all can have the same ports. */
export const addressOf = (id: number): string => `127.0.7.${10 + id}`;

export class Brokers {
  private readonly servers: (Server | HttpServer)[] = [];
  private readonly sockets = new Set<Socket>();
  /** They take connections and say nothing. */
  public readonly hanging = new Set<number>();

  public static async start(ids: readonly number[], ports: { readonly kafka: number; readonly health: number }): Promise<Brokers> {
    const brokers = new Brokers();
    for (const id of ids) {
      await brokers.listen(
        createServer((socket) => brokers.serve(id, socket)),
        addressOf(id),
        ports.kafka,
      );
      const health = createHttpServer((asked, answer) => {
        if (!brokers.hanging.has(id)) answer.writeHead(asked.url === '/-/healthy' ? 200 : 404).end();
      });
      await brokers.listen(health, addressOf(id), ports.health);
    }
    return brokers;
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private serve(id: number, socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    if (this.hanging.has(id)) return;
    socket.write(`broker-${id}\n`);
    socket.on('data', (chunk) => socket.write(chunk));
  }

  private listen(server: Server | HttpServer, host: string, port: number): Promise<void> {
    this.servers.push(server);
    return new Promise((resolve, reject) => {
      server.on('error', reject).listen(port, host, () => resolve());
    });
  }
}

/** A connection of a client. */
export class Client {
  private heard = '';
  public closed = false;

  public constructor(private readonly socket: Socket) {
    socket
      .on('data', (chunk: Buffer) => (this.heard += chunk.toString()))
      .on('error', () => (this.closed = true))
      .on('close', () => (this.closed = true));
  }

  public static to(port: number): Client {
    return new Client(connect(port, '127.0.0.1'));
  }

  /** The broker that took the connection; undefined: nobody did. */
  public async broker(): Promise<string | undefined> {
    await until(() => this.closed || this.heard.includes('\n'));
    return /^(broker-\d+)\n/.exec(this.heard)?.[1];
  }

  /** Whether what is said comes back. */
  public async answers(word: string): Promise<boolean> {
    this.socket.write(`${word}\n`);
    await until(() => this.closed || this.heard.endsWith(`${word}\n`));
    return !this.closed;
  }

  public close(): void {
    this.socket.destroy();
  }
}

export async function brokerAt(port: number): Promise<string | undefined> {
  const client = Client.to(port);
  const name = await client.broker();
  client.close();
  return name;
}

export async function until(met: () => boolean | Promise<boolean>, milliseconds = 8000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await met())) {
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms in vain: ${met.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
