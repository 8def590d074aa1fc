/** One subscription for each factory, however many cards show it. */

import type { Dashboard, Message } from "../factory-data";
import type { Connection, Unsubscribe } from "../hass";

export interface State {
  /** Undefined until the first message. */
  message?: Message;
  /** Whether the last try to subscribe failed; it is tried again. */
  hasFailed: boolean;
  isConnected: boolean;
}

export type Listener = (state: State) => void;

const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;
/** A factory that is loaded anew has nothing to show for a while; until then the last may stand. */
export const RELOAD = 30_000;
/** The outlook is made anew every half hour: what is older than that twice is stale. */
export const STALE_AFTER = 65 * 60_000;

/** Whether a dashboard is too old to be true. */
export const isStale = (data: Dashboard, now: number): boolean =>
  now - Date.parse(data.updated) > STALE_AFTER;

class Feed {
  #state: State;
  readonly #listeners = new Set<Listener>();
  #subscription: Promise<Unsubscribe> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_RETRY;
  #emptying: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly factory: string | undefined,
  ) {
    this.#state = { hasFailed: false, isConnected: connection.connected };
  }

  get isIdle(): boolean {
    return !this.#listeners.size;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
    listener(this.#state);
    if (this.#listeners.size > 1) return;
    this.connection.addEventListener("ready", this.#ready);
    this.connection.addEventListener("disconnected", this.#disconnected);
    this.#subscribe();
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (!this.isIdle) return;
    clearTimeout(this.#retry);
    clearTimeout(this.#emptying);
    this.connection.removeEventListener("ready", this.#ready);
    this.connection.removeEventListener("disconnected", this.#disconnected);
    void this.#leave();
  }

  readonly #ready = () => {
    this.#set({ isConnected: true });
    this.#subscribe();
  };

  readonly #disconnected = () => {
    this.#subscription = undefined;
    clearTimeout(this.#emptying);
    this.#set({ isConnected: false });
  };

  #subscribe(): void {
    clearTimeout(this.#retry);
    const command = { type: "chocolate_factory/outlook" };
    const subscription = this.connection.subscribeMessage<Message>(
      (message) => this.#hear(message),
      this.factory ? { ...command, config_entry_id: this.factory } : command,
      // The connection would renew it once, and give up if Home Assistant is not ready for it.
      { resubscribe: false },
    );
    this.#subscription = subscription;
    subscription.then(
      () => {
        this.#wait = FIRST_RETRY;
      },
      () => {
        if (this.#subscription === subscription) this.#subscription = undefined;
        if (this.isIdle) return;
        this.#set({ hasFailed: true });
        // While Home Assistant starts it does not know our command yet.
        this.#retry = setTimeout(() => this.#subscribe(), this.#wait);
        this.#wait = Math.min(this.#wait * 2, LONGEST_RETRY);
      },
    );
  }

  async #leave(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    try {
      await (await subscription)?.();
    } catch {
      // It ended with the connection.
    }
  }

  #hear(message: Message): void {
    clearTimeout(this.#emptying);
    const show = () => this.#set({ message, hasFailed: false, isConnected: true });
    const shown = this.#state.message?.dashboard?.factory.id;
    const isComingBack = !message.dashboard && message.factories.some(({ id }) => id === shown);
    if (isComingBack) this.#emptying = setTimeout(show, RELOAD);
    else show();
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

const feeds = new WeakMap<Connection, Map<string, Feed>>();

/** Hear of a factory, or of the first one, until the function that is returned is called. */
export function listen(
  connection: Connection,
  factory: string | undefined,
  listener: Listener,
): () => void {
  const all = feeds.get(connection) ?? new Map<string, Feed>();
  feeds.set(connection, all);
  const key = factory ?? "";
  const feed = all.get(key) ?? new Feed(connection, factory);
  all.set(key, feed);
  feed.add(listener);
  return () => {
    feed.remove(listener);
    if (feed.isIdle && all.get(key) === feed) all.delete(key);
  };
}
