/**
 * Logs as one JSON object a line: `ts`, `level`, `msg`, then the fields of the call. Nothing secret may reach them, so
 * fields whose names tell of a secret are blanked, and so are private keys and JAAS passwords inside any text.
 */
import { Writable } from 'node:stream';
import winston from 'winston';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

/** Also fits the logger type of the operator base class. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
  /** For the few hot lines whose fields are costly to make. */
  isLevelEnabled(level: LogLevel): boolean;
}

export interface LogOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Default: standard output. Gets whole lines. */
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
}

const blank = '[redacted]';
const secretName =
  /(password|passphrase|passwd|authorization|bearer|credential|private_?key|secret_?key|client-key-data|jaas|^token$|(access|auth|id|refresh|bearer|service_?account)_?token|^stringData$|^data$)/i;
const privateKey = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(-----END \1-----|$)/g;
const passwordInText = /(password\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;]+)/gi;
const bearerInText = /(bearer\s+)[\w.~+/=-]+/gi;

/** The text without private keys, passwords and bearer tokens. */
export function redactText(text: string): string {
  return text.replace(privateKey, blank).replace(passwordInText, `$1${blank}`).replace(bearerInText, `$1${blank}`);
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) return redactText(describeError(value));
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? value.toString() : value;
  if (depth === 0) return '[…]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth - 1));
  const entries = Object.entries(value).map(([name, inner]) => [name, secretName.test(name) ? blank : redact(inner, depth - 1)]);
  return Object.fromEntries(entries) as unknown;
}

/** Message, then the messages of the causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}

/** Makes the root logger. One call writes one line at once. */
export function createLogger(options: LogOptions = {}): Logger {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const now = options.now ?? (() => new Date());
  const winstonLogger = winston.createLogger({
    level: options.level ?? 'info',
    format: winston.format.printf(({ level, message, fields }) => {
      const extra = redact(fields ?? {}, 6) as Record<string, unknown>;
      const head = { ts: now().toISOString(), level, msg: redactText(String(message)) };
      return JSON.stringify({ ...head, ...extra, ...head });
    }),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston types its transports as interfaces
    transports: [new winston.transports.Stream({ stream: lineSink(write), eol: '\n' })],
  });
  return wrap(winstonLogger, {});
}

function lineSink(write: (line: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      write(line);
      done();
    },
  });
}

function wrap(inner: winston.Logger, base: LogFields): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      inner.log({ level, message, fields: { ...base, ...fields } });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(inner, { ...base, ...fields }),
    isLevelEnabled: (level) => inner.isLevelEnabled(level),
  };
}

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
  isLevelEnabled: () => false,
};
