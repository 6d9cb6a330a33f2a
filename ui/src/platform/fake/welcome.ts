// A made-up computer with a few folders, and the publications on it.
import { DeskFailure, type Method, type Params, type Result } from "../seam";

type WelcomeMethod = "welcome" | "folders" | "openPublication" | "newPublication" | "openSample";
export type WelcomeAnswers = { [M in WelcomeMethod & Method]: (params: Params<M>) => Result<M> };

const FOLDERS = ["Attic", "Kerb", "Letters"];
const HOME = "/home/ana/Documents";

export class FakeWelcome {
  /** Whether a publication is open. */
  open = true;
  known = [{ name: "The Kerb", folder: `${HOME}/Kerb` }];

  readonly answers: WelcomeAnswers = {
    welcome: () => ({ known: this.known, place: HOME, sample: true }),
    folders: ({ folder }) => {
      const here = folder ?? HOME;
      const line = (name: string) => ({ name, folder: `${here}/${name}`, publication: name === "Kerb" });
      const folders = here === HOME ? FOLDERS.map(line) : [];
      const parent = here === "/" ? null : here.split("/").slice(0, -1).join("/") || "/";
      return { folder: here, parent, publication: here.endsWith("/Kerb"), folders };
    },
    openPublication: ({ folder }) => this.#enter(folder),
    newPublication: ({ place, name }) => {
      if (name === "Letters") {
        const message = "the folder is not empty";
        throw new DeskFailure({ code: "not-empty", message, hint: "choose another name", place: null });
      }
      return this.#enter(`${place}/${name}`);
    },
    openSample: () => this.#enter(`${HOME}/Masthead sample`),
  };

  #enter(folder: string): string {
    this.open = true;
    return folder;
  }
}
