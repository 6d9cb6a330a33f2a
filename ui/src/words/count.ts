/** `1,234 people`, `1 person` */
export const counter =
  (locale: string) =>
  (n: number, one: string, many: string): string =>
    `${n.toLocaleString(locale)} ${n === 1 ? one : many}`;
