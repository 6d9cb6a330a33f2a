/** `1 persoană`, `12 persoane`, `412 de persoane`: from twenty on, and for round hundreds, Romanian wants a `de`. */
export function romanian(n: number, one: string, many: string): string {
  if (n === 1) return `1 ${one}`;
  const rest = n % 100;
  const link = n !== 0 && (rest === 0 || rest >= 20) ? "de " : "";
  return `${n.toLocaleString("ro")} ${link}${many}`;
}
