import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const hostOnlyInPlatform = {
  "no-restricted-imports": [
    "error",
    { patterns: [{ group: ["@tauri-apps/*"], message: "the host is reached through src/platform only" }] },
  ],
};

// A component shows one thing and never calls the host: the desk and its state do.
const componentsCallState = {
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        { group: ["@tauri-apps/*"], message: "the host is reached through src/platform only" },
        {
          group: ["**/platform/tauri", "**/platform/fake/*"],
          message: "components get what they show from state/",
        },
      ],
    },
  ],
  "max-lines": ["error", 250],
};

export default ts.config(
  { ignores: ["dist", "node_modules", "src/platform/bindings"] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    rules: {
      "no-undef": "off", // TypeScript knows better
      "@typescript-eslint/no-explicit-any": "error",
      // Sets, maps and dates here are replaced as a whole (`$state.raw`), never changed in place.
      "svelte/prefer-svelte-reactivity": "off",
      eqeqeq: "error",
      ...hostOnlyInPlatform,
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  { files: ["**/*.svelte"], rules: componentsCallState },
  { files: ["src/platform/**"], rules: { "no-restricted-imports": "off" } },
);
