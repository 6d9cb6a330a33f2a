// Small drawings for places that are empty, in the language of the magazine: flat planes in three tones, seen from a
// corner, and one line with its stations. Each is a list of paths, the farthest first.

/** One plane or line; its colours are tokens. */
export interface Stroke {
  readonly path: string;
  readonly fill?: string;
  readonly stroke?: string;
  readonly width?: number;
}

export type Scene = "articles" | "letters" | "people" | "returns" | "search";
type Tone = "ground" | "white" | "red" | "blue" | "green";
type Point = readonly [x: number, y: number, z?: number];

/** From the ground's own measure to the picture's: two to the side are one down. */
const seen = ([x, y, z = 0]: Point): string => `${x - y},${(x + y) / 2 - z}`;
const plane = (points: readonly Point[], fill: string): Stroke => ({
  path: `M${points.map(seen).join("L")}Z`,
  fill: `var(--art-${fill})`,
});
const line = (points: readonly Point[], stroke: string, width: number): Stroke => ({
  path: `M${points.map(seen).join("L")}`,
  stroke: `var(--art-${stroke})`,
  width,
});

/** A box by its nearest upper corner's opposite, its three sizes and its tone. */
function box([x, y, z = 0]: Point, [w, d, h]: readonly [number, number, number], tone: Tone): Stroke[] {
  const [right, front, top] = [x + w, y + d, z + h];
  return [
    plane([[x, y, top], [right, y, top], [right, front, top], [x, front, top]], tone), // prettier-ignore
    plane([[x, front, z], [right, front, z], [right, front, top], [x, front, top]], `${tone}-edge`), // prettier-ignore
    plane([[right, y, z], [right, front, z], [right, front, top], [right, y, top]], `${tone}-side`), // prettier-ignore
  ];
}

function round([x, y, z = 0]: Point, radius: number, fill: string, stroke?: string): Stroke {
  const [across, down] = seen([x, y, z]).split(",").map(Number) as [number, number];
  const arc = `a${radius},${radius} 0 1 0`;
  return {
    path: `M${across - radius},${down}${arc} ${2 * radius},0${arc} ${-2 * radius},0Z`,
    fill: `var(--art-${fill})`,
    ...(stroke === undefined ? {} : { stroke: `var(--art-${stroke})`, width: 1.8 }),
  };
}

const tree = (x: number, y: number): Stroke[] => [
  line([[x, y], [x, y, 10]], "ground-side", 2.4), // prettier-ignore
  round([x, y, 15], 8, "green-edge"),
  round([x, y, 17], 5.4, "green"),
];

/** The line over the ground, with a station at each of these places. */
const transit = (points: readonly Point[], stations: readonly Point[]): Stroke[] => [
  line(points, "white", 6.4),
  line(points, "red", 4.4),
  ...stations.map((at) => round(at, 3.6, "white", "ink")),
];

const letter = ([x, y, z = 0]: Point): Stroke[] => [
  ...box([x, y, z], [34, 24, 3], "white"),
  line([[x, y, z + 3], [x + 19, y + 12, z + 3], [x, y + 24, z + 3]], "white-side", 1.3), // prettier-ignore
];

const letterbox = (x: number, y: number): Stroke[] => [
  ...box([x + 3, y + 3], [12, 12, 10], "white"),
  ...box([x, y, 10], [18, 18, 26], "red"),
  line([[x + 4, y + 18, 29], [x + 14, y + 18, 29]], "ink", 2.4), // prettier-ignore
];

/** A glass held over what lies there: a round of screen, for it faces whoever looks through it. */
const glass = (at: Point, grip: readonly [Point, Point]): Stroke[] => [
  line(grip, "red-edge", 7),
  { ...round(at, 17, "blue", "red"), width: 5 },
];

const ground = box([0, 0, -7], [124, 96, 7], "ground");

export const SCENES: Readonly<Record<Scene, readonly Stroke[]>> = {
  letters: [
    ...ground,
    ...tree(14, 18),
    ...tree(34, 12),
    ...transit([[62, 0], [62, 30], [124, 30]], [[62, 22], [100, 30]]), // prettier-ignore
    ...letterbox(24, 44),
    // Under another one nothing is seen of how it is closed.
    ...box([72, 54], [34, 24, 3], "white"),
    ...letter([66, 60, 3]),
  ],
  people: [
    ...ground,
    ...tree(16, 14),
    ...tree(38, 12),
    ...box([20, 34], [88, 26, 5], "white"),
    ...box([36, 38, 5], [3, 3, 22], "white"),
    ...box([82, 38, 5], [3, 3, 22], "white"),
    ...box([46, 46, 5], [26, 7, 6], "blue"),
    ...box([30, 34, 27], [62, 22, 3], "blue"),
    ...transit([[0, 74], [124, 74]], [[34, 74], [90, 74]]), // prettier-ignore
    ...tree(112, 14),
  ],
  returns: [
    ...ground,
    ...tree(20, 16),
    ...tree(44, 14),
    ...transit([[84, 0], [84, 60], [124, 60]], [[84, 30]]), // prettier-ignore
    ...box([14, 34], [52, 44, 8], "blue"),
    plane([[18, 38, 8], [62, 38, 8], [62, 74, 8], [18, 74, 8]], "blue-edge"), // prettier-ignore
    ...tree(106, 18),
  ],
  search: [
    ...ground,
    ...tree(18, 14),
    ...tree(108, 22),
    ...box([34, 18], [58, 64, 3], "white"),
    line([[42, 28, 3], [84, 28, 3]], "white-side", 2), // prettier-ignore
    line([[42, 36, 3], [76, 36, 3]], "white-side", 2), // prettier-ignore
    line([[42, 66, 3], [84, 66, 3]], "white-side", 2), // prettier-ignore
    line([[42, 74, 3], [66, 74, 3]], "white-side", 2), // prettier-ignore
    ...glass([62, 48, 20], [[73.5, 48.5, 14], [102, 58, 14]]), // prettier-ignore
  ],
  articles: [
    ...ground,
    ...tree(16, 14),
    ...box([34, 18], [58, 64, 3], "white"),
    ...box([38, 22, 3], [58, 64, 3], "white"),
    ...box([34, 18, 6], [58, 64, 3], "white"),
    plane([[42, 26, 9], [84, 26, 9], [84, 46, 9], [42, 46, 9]], "blue"), // prettier-ignore
    line([[42, 54, 9], [84, 54, 9]], "white-side", 2), // prettier-ignore
    line([[42, 62, 9], [84, 62, 9]], "white-side", 2), // prettier-ignore
    line([[42, 70, 9], [70, 70, 9]], "white-side", 2), // prettier-ignore
    ...transit([[42, 40, 9], [58, 40, 9], [70, 30, 9], [84, 30, 9]], [[70, 30, 9]]), // prettier-ignore
  ],
};
