/** How large a part of a card is: charts are drawn in real pixels, so that text keeps its size. */

import type { ReactiveController, ReactiveElement } from "lit";

export class Size implements ReactiveController {
  width = 0;
  height = 0;
  #part: Element | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    // Out of sight it has no size; what is drawn may stay.
    if (!width || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    // With a name, or the host might take it for a mere change of states.
    this.host.requestUpdate("size", this);
  });

  constructor(
    private readonly host: ReactiveElement,
    private readonly selector: string,
  ) {
    host.addController(this);
  }

  hostUpdated(): void {
    const part = this.host.renderRoot.querySelector(this.selector) ?? undefined;
    if (part === this.#part) return;
    this.#observer.disconnect();
    this.#part = part;
    if (part) this.#observer.observe(part);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#part = undefined;
  }

  hostConnected(): void {
    // A card that was only moved is not drawn anew by itself.
    if (this.host.hasUpdated) this.host.requestUpdate();
  }
}
