import { recall } from '../../../operator/pki/memory';

test('what was asked for longest ago is forgotten first', () => {
  const memory = new Map<string, number>();
  const made: string[] = [];
  const ask = (name: string): number => recall(memory, { name, most: 2 }, () => made.push(name));
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) ask(name);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  expect([...memory.keys()]).toEqual(['a', 'b']);
});
