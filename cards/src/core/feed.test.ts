import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "../factory-data";
import type { Connection } from "../hass";
import { dashboard } from "../testing/dashboard";
import { isStale, listen, RELOAD, STALE_AFTER, type State } from "./feed";

/** The far end of a websocket, as a test wants it. */
class FakeConnection {
  connected = true;
  refuses = false;
  subscriptions: { command: object; send: (message: Message) => void; isOpen: boolean }[] = [];
  #listeners = new Map<string, Set<() => void>>();

  async subscribeMessage(send: (message: Message) => void, command: object) {
    if (this.refuses) throw new Error("unknown_command");
    const subscription = { command, send, isOpen: true };
    this.subscriptions.push(subscription);
    return async () => {
      subscription.isOpen = false;
    };
  }

  addEventListener(event: string, callback: () => void) {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(callback));
  }

  removeEventListener(event: string, callback: () => void) {
    this.#listeners.get(event)?.delete(callback);
  }

  fire(event: "ready" | "disconnected") {
    this.connected = event === "ready";
    for (const callback of this.#listeners.get(event) ?? []) callback();
  }

  get listening() {
    return [...this.#listeners.values()].reduce((sum, all) => sum + all.size, 0);
  }
}

const message = (): Message => ({
  factories: [{ id: "obrador", title: "Obrador", is_loaded: true }],
  dashboard: dashboard(),
});

describe("the feed of a factory", () => {
  let far: FakeConnection;
  let connection: Connection;
  beforeEach(() => {
    vi.useFakeTimers();
    far = new FakeConnection();
    connection = far as unknown as Connection;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const hear = (factory?: string) => {
    const states: State[] = [];
    const stop = listen(connection, factory, (state) => states.push(state));
    return { states, stop };
  };

  it("is one subscription, however many cards listen", async () => {
    const one = hear("obrador");
    const other = hear("obrador");
    await vi.runAllTimersAsync();
    expect(far.subscriptions.map(({ command }) => command)).toEqual([
      { type: "chocolate_factory/outlook", config_entry_id: "obrador" },
    ]);
    far.subscriptions[0]?.send(message());
    expect(one.states.at(-1)?.message).toBe(other.states.at(-1)?.message);
    const late = hear("obrador");
    expect(late.states.at(-1)?.message?.dashboard?.factory.title).toBe("Obrador");
  });

  it("goes on showing a factory that is loaded anew, but not for ever, nor one that is no more", async () => {
    const { states } = hear("obrador");
    await vi.runAllTimersAsync();
    const shown = () => states.at(-1)?.message?.dashboard?.factory.title;
    const send = (next: Message) => far.subscriptions[0]?.send(next);
    const unloaded = { ...message(), dashboard: null };
    send(message());
    send(unloaded);
    await vi.advanceTimersByTimeAsync(RELOAD - 1);
    expect(shown()).toBe("Obrador");
    send(message());
    await vi.advanceTimersByTimeAsync(RELOAD);
    expect(shown()).toBe("Obrador");
    send(unloaded);
    await vi.advanceTimersByTimeAsync(RELOAD);
    expect(shown()).toBeUndefined();
    send(message());
    send({ factories: [], dashboard: null });
    expect(shown()).toBeUndefined();
  });

  it("ends with its last listener, and leaves nothing behind", async () => {
    const one = hear();
    const other = hear();
    await vi.runAllTimersAsync();
    one.stop();
    await vi.runAllTimersAsync();
    expect(far.subscriptions[0]?.isOpen).toBe(true);
    other.stop();
    await vi.runAllTimersAsync();
    expect(far.subscriptions[0]?.isOpen).toBe(false);
    expect(far.listening).toBe(0);
    hear();
    await vi.runAllTimersAsync();
    expect(far.subscriptions).toHaveLength(2);
  });

  it("subscribes anew after a reconnect, and says meanwhile that there is no connection", async () => {
    const { states } = hear();
    await vi.runAllTimersAsync();
    far.subscriptions[0]?.send(message());
    far.fire("disconnected");
    expect(states.at(-1)).toMatchObject({ isConnected: false });
    expect(states.at(-1)?.message).toBeDefined();
    far.fire("ready");
    await vi.runAllTimersAsync();
    expect(far.subscriptions).toHaveLength(2);
    expect(states.at(-1)?.isConnected).toBe(true);
  });

  it("tries again, ever more rarely, while Home Assistant does not know the command yet", async () => {
    far.refuses = true;
    const { states, stop } = hear();
    await vi.advanceTimersByTimeAsync(500);
    expect(states.at(-1)?.hasFailed).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    far.refuses = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(far.subscriptions).toHaveLength(1);
    far.subscriptions[0]?.send(message());
    expect(states.at(-1)?.hasFailed).toBe(false);
    stop();
  });

  it("does not go on trying when nobody listens any more", async () => {
    far.refuses = true;
    const { stop } = hear();
    await vi.advanceTimersByTimeAsync(500);
    stop();
    far.refuses = false;
    await vi.runAllTimersAsync();
    expect(far.subscriptions).toHaveLength(0);
  });

  it("calls a dashboard stale that nobody has looked after for an hour", () => {
    const data = dashboard();
    const updated = Date.parse(data.updated);
    expect(isStale(data, updated + STALE_AFTER)).toBe(false);
    expect(isStale(data, updated + STALE_AFTER + 1)).toBe(true);
  });
});
