import { render } from "preact";
import { App } from "./app";
import "./style/ground.css";
import "./style/shell.css";
import "./style/find.css";
import "./style/see.css";
import "./style/ui.css";
import "./style/change.css";
import "./see/graph/graph.css";
import "./style/screens.css";
import { isolateTexts } from "./texts/isolation";

const root = document.getElementById("explorer");
if (root) {
  root.textContent = "";
  isolateTexts();
  render(<App />, root);
}
