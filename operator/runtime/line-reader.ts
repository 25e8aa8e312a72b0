/** Splits a stream of bytes into lines, for watches: one JSON object a line. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Calls `onLine` for every whole line; resolves when the stream ends, rejects when it breaks or `onLine` throws. */
export async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  const pieces: string[] = [];
  for await (const chunk of stream) {
    const parts = decoder.write(chunk as Buffer).split('\n');
    for (const part of parts.slice(0, -1)) {
      const line = pieces.splice(0).join('') + part;
      if (line.trim() !== '') onLine(line);
    }
    pieces.push(parts.at(-1) ?? '');
  }
  const last = pieces.join('').trim();
  if (last !== '') onLine(last);
}

/** The whole text of a stream, cut after `limit` characters. */
export async function readText(stream: Readable, limit: number): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of stream) {
    text += decoder.write(chunk as Buffer);
    if (text.length >= limit) break;
  }
  return text.slice(0, limit);
}
