/** A memory with an end: what was asked for longest ago goes first. */
export function recall<T>(memory: Map<string, T>, { name, most }: { readonly name: string; readonly most: number }, make: () => T): T {
  const known = memory.get(name) ?? make();
  memory.delete(name);
  memory.set(name, known);
  const oldest = memory.keys().next();
  if (memory.size > most && oldest.done !== true) memory.delete(oldest.value);
  return known;
}
