/** The box beside the crosshair. */

import { html, type TemplateResult } from "lit";
import { styleMap } from "lit/directives/style-map.js";

const GAP = 12;

/** On the side of the crosshair where there is more room; in narrow cards above the chart. */
export function tip(x: number, width: number, content: unknown): TemplateResult {
  const place = {
    "--left": x < width / 2 ? `${x + GAP}px` : "auto",
    "--right": x < width / 2 ? "auto" : `${width - x + GAP}px`,
    "--part": String(x / width),
  };
  return html`<div class="tip" aria-hidden="true" style=${styleMap(place)}>${content}</div>`;
}
