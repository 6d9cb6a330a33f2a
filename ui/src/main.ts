import "./base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { openPlatform } from "./platform";
import { Desk } from "./state/desk.svelte";
import { words } from "./words";

document.documentElement.lang = words.locale;
const desk = new Desk(await openPlatform(), localStorage);
mount(App, { target: document.getElementById("app")!, props: { desk } });
void desk.open();
