/** Point at a stretch of time in a chart, with a mouse, a finger, keys or a screen reader. */

import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveElement,
  type TemplateResult,
} from "lit";
import { live } from "lit/directives/live.js";
import { indexAt, type Span } from "./calendar";
import type { Scale } from "./scale";

const DAY = 86_400_000;

export class Crosshair implements ReactiveController {
  #spans: readonly Span[] = [];
  #x: Scale | undefined;
  #home = 0;
  /** What is pointed at: an instant, for positions change with the data. */
  #at: number | undefined;
  #isSpoken = false;
  #surface: Element | undefined;

  constructor(private readonly host: ReactiveElement) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  /** Tell what is drawn now, and where to begin. */
  follow(spans: readonly Span[], x: Scale, home: number): void {
    this.#spans = spans;
    this.#x = x;
    this.#home = home;
  }

  /** The position of what is pointed at. */
  get index(): number | undefined {
    if (this.#at === undefined || !this.#spans.length) return undefined;
    return indexAt(this.#spans, this.#at);
  }

  show(at: number | undefined): void {
    if (at === this.#at) return;
    if (this.#at === undefined) document.addEventListener("pointerdown", this.#elsewhere);
    if (at === undefined) document.removeEventListener("pointerdown", this.#elsewhere);
    this.#at = at;
    // With a name, or the host might take it for a mere change of states.
    this.host.requestUpdate("crosshair", this);
  }

  clear(): void {
    this.#isSpoken = false;
    this.show(undefined);
  }

  /** What keys and screen readers move; lay it over the chart, whose events go to `pointer`. */
  control(label: string, tell: (index: number) => string): TemplateResult {
    const index = this.index ?? Math.max(0, indexAt(this.#spans, this.#home));
    return html`<input
        class="crosshair"
        type="range"
        min="0"
        max=${Math.max(0, this.#spans.length - 1)}
        step="1"
        aria-label=${label}
        aria-valuetext=${this.#spans.length ? tell(index) : nothing}
        .value=${live(String(index))}
        @input=${this.#moved}
        @keydown=${this.#key}
        @focus=${this.#focus}
        @blur=${() => this.clear()}
      />
      <span class="visually-hidden" role="status"
        >${this.#isSpoken && this.index !== undefined ? tell(this.index) : nothing}</span
      >`;
  }

  /** A pointer over the chart; positions count from its left edge. */
  readonly pointer = (event: PointerEvent): void => {
    if (!(event.currentTarget instanceof Element) || !this.#x) return;
    const isMouse = event.pointerType === "mouse";
    if (event.type === "pointerleave" || event.type === "pointercancel") {
      // A finger leaves when it is lifted; what it pointed at is still to be read.
      if (isMouse || event.type === "pointercancel") this.clear();
      return;
    }
    this.#surface = event.currentTarget;
    const pixel = event.clientX - event.currentTarget.getBoundingClientRect().left;
    this.#isSpoken = !isMouse;
    this.show(this.#spans[indexAt(this.#spans, this.#x.value(pixel))]?.start);
  };

  readonly #elsewhere = (event: Event): void => {
    if (!this.#surface || !event.composedPath().includes(this.#surface)) this.clear();
  };

  readonly #moved = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.#isSpoken = false;
    this.show(this.#spans[event.target.valueAsNumber]?.start);
  };

  readonly #focus = (): void => {
    // A tap focuses nothing here, so it was a key or a screen reader.
    this.show(this.#spans[Math.max(0, indexAt(this.#spans, this.#home))]?.start);
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.clear();
    const days = { PageUp: 1, PageDown: -1 }[event.key];
    if (!days) return;
    event.preventDefault();
    const to = (this.#at ?? this.#home) + days * DAY;
    this.show(this.#spans[indexAt(this.#spans, to)]?.start);
  };
}
