import "./base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { openPlatform } from "./platform";
import { Desk } from "./state/desk.svelte";
import { firstQuestions } from "./state/kept";
import { WINDOW_KEY, words } from "./words";

/** Below this nobody misses a picture of waiting, and drawing one would only make the wait longer. */
const SOON_MS = 250;

/** A page that is laid out before its fonts are there asks the system for others, twice the work. */
function lettersAtHand(): Promise<unknown> {
  const families = ["Source Sans 3 Variable", "Source Serif 4 Variable"];
  return Promise.allSettled(families.map((family) => document.fonts.load(`1em "${family}"`)));
}

document.documentElement.lang = words.locale;
const desk = new Desk(await openPlatform(firstQuestions(localStorage.getItem(WINDOW_KEY))), localStorage);
await Promise.race([
  Promise.all([desk.open(), lettersAtHand()]),
  new Promise((done) => setTimeout(done, SOON_MS)),
]);
mount(App, { target: document.getElementById("app")!, props: { desk } });
