import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { HealthCardConfig } from "../cards";
import { FactoryCard } from "../core/factory-card";
import type { Format } from "../core/format";
import { addDays } from "../core/local-time";
import type { View } from "../core/view";
import type { Dashboard, Job, Source, Status } from "../factory-data";
import type { Key } from "../i18n";
import {
  ACTIONS,
  type Action,
  type ActionKey,
  type Asked,
  type Ingested,
  reasonOf,
  results,
  type Trained,
  troubled,
} from "./figures";
import { kindOf, plainly } from "./plainly";
import { strip } from "./strip";
import { styles } from "./styles";

const STATUS_ICONS: Readonly<Record<Status, string>> = {
  ok: "mdi:check-circle",
  degraded: "mdi:alert",
  failing: "mdi:close-octagon",
};

const SOURCE_ICONS: Readonly<Record<Source["state"], string>> = {
  ok: "mdi:check",
  failing: "mdi:alert",
  refusing: "mdi:close-octagon",
};

const RESULT_ICONS: Readonly<Record<NonNullable<Job["last_result"]>, string>> = {
  ok: "mdi:check",
  nothing: "mdi:check",
  partial: "mdi:alert",
  failed: "mdi:close-octagon",
};

@customElement("chocolate-factory-health-card-content")
export class HealthCard extends FactoryCard<HealthCardConfig> {
  protected override readonly heading = "health.title";
  /** The day of a series that is told. */
  @state() private chosen: { series: string; day: number } | undefined;
  /** The actions that have not answered yet. */
  @state() private asked: ReadonlySet<ActionKey> = new Set();
  #news = { text: "", isError: false };
  #data: Dashboard | undefined;
  /** The data as they were when somebody here had gaps filled. */
  #unfilled: Dashboard | undefined;

  protected override content({ data }: View, format: Format): TemplateResult {
    this.#data = data;
    this.#lookAtFilling(data);
    return html`
      <div class="health">
        ${this.#status(data)} ${this.#actions(data)}
        <section>${this.#completeness(data, format)}</section>
        <section>${this.#sources(data, format)}</section>
        <section>${this.#models(data, format)}</section>
        <section>${this.#jobs(data, format)}</section>
      </div>
    `;
  }

  /** Tell that what was asked for is filled, once the data are newer than the answer and say so. */
  #lookAtFilling(data: Dashboard): void {
    if (!this.#unfilled || data === this.#unfilled || data.history.is_filling) return;
    this.#unfilled = undefined;
    const count = data.history.series.reduce((sum, one) => sum + one.missing_slots, 0);
    const text = this.text(count ? "health.filled_some" : "health.filled", { count });
    this.#news = { text, isError: false };
  }

  get #mayAct(): boolean {
    return Boolean(this.hass?.user?.is_admin && this.config?.actions);
  }

  #status({ health }: Dashboard): TemplateResult {
    const { status, reasons } = health;
    return html`<div class="status ${status ?? "unknown"}">
      <ha-icon
        icon=${status ? STATUS_ICONS[status] : "mdi:progress-question"}
        aria-hidden="true"
      ></ha-icon>
      <p>${this.text(`health.status.${status ?? "unknown"}`)}</p>
      ${
        reasons.length
          ? html`<ul>
              ${reasons.map((reason) => html`<li>${this.#reason(reason)}</li>`)}
            </ul>`
          : nothing
      }
    </div>`;
  }

  #reason(reason: string): string {
    const { key, subject } = reasonOf(reason);
    const values = { subject: key === "job_failing" ? this.#jobName(subject) : subject };
    return this.text(`health.reasons.${key}` as Key, values) || reason;
  }

  #actions(data: Dashboard): TemplateResult | typeof nothing {
    if (!this.#mayAct) return nothing;
    return html`<div class="actions">
      <div role="group" aria-label=${this.text("health.actions")}>
        ${ACTIONS.map((action) => this.#button(action, data))}
      </div>
      <div class="told">
        <p class="aside" ?hidden=${this.#news.text !== ""}>${this.text("health.hint")}</p>
        <p class="news ${this.#news.isError ? "bad" : ""}" role="status">${this.#news.text}</p>
      </div>
    </div>`;
  }

  #button(action: Action, data: Dashboard): TemplateResult {
    const { key, icon } = action;
    const isRunning = this.asked.has(key) || action.isRunning(data);
    const progress = key === "train" ? data.models.progress : null;
    return html`<button
      type="button"
      aria-disabled=${isRunning}
      title=${this.text(`health.helps.${key}`)}
      @click=${() => {
        if (!isRunning) void this.#act(action);
      }}
    >
      <ha-icon icon=${icon} aria-hidden="true"></ha-icon>
      <span>
        ${this.text(`health.${isRunning ? "doing" : "do"}.${key}`)}
        ${isRunning && progress !== null ? `${Math.round(100 * progress)} %` : nothing}
      </span>
      ${
        isRunning
          ? html`<span class="progress ${progress === null ? "endless" : ""}" aria-hidden="true"
              ><i style="width: ${100 * (progress ?? 1)}%"></i
            ></span>`
          : nothing
      }
    </button>`;
  }

  async #act({ key, service, data }: Action): Promise<void> {
    const { hass } = this;
    const factory = this.#data?.factory.id;
    if (!hass || !factory) return;
    this.asked = new Set([...this.asked, key]);
    this.#tell("");
    try {
      const asked = { config_entry_id: factory, ...data };
      const { response } = await hass.callService(
        "chocolate_factory",
        service,
        asked,
        undefined,
        false,
        true,
      );
      this.#tell(this.#answer(key, response));
    } catch (error) {
      const reason = await plainly(hass, error);
      this.#tell(reason ?? this.text(`health.${kindOf(error)}`), true);
    } finally {
      this.asked = new Set([...this.asked].filter((one) => one !== key));
    }
  }

  #answer(key: ActionKey, response: unknown): string {
    if (key === "fetch") {
      const { fetched, missing } = response as Ingested;
      const count = fetched.reduce((sum, one) => sum + one.changed, 0);
      const news = this.text(count ? "health.fetched" : "health.nothing_new", { count });
      return missing.length ? `${news} ${this.text("health.still_missing")}` : news;
    }
    if (key === "fill") {
      const all = Object.values((response as Asked).series);
      const count = all.reduce((sum, one) => sum + one.missing_slots, 0);
      if (count) this.#unfilled = this.#data;
      return this.text(count ? "health.filling" : "health.nothing_missing", { count });
    }
    const { engine, reason } = response as Trained;
    const why = reason ? this.#why(reason) : "";
    return engine === "model"
      ? this.text("health.trained_model")
      : this.text("health.trained_rule", { why });
  }

  /** Why no model is at work, as the end of a sentence. */
  #why(reason: string): string {
    const why = this.stateText("engine", reason, "reason");
    return why.charAt(0).toLocaleLowerCase(this.lang) + why.slice(1);
  }

  #tell(text: string, isError = false): void {
    this.#news = { text, isError };
    this.requestUpdate();
  }

  #completeness({ history }: Dashboard, format: Format): TemplateResult {
    const { series, first_day: first, backlog, completeness } = history;
    const { chosen } = this;
    const told = (days: readonly (number | null)[], day: number): string => {
      const percent = days[day];
      return `${format.longDay(addDays(first, day))}: ${
        percent === null || percent === undefined
          ? this.text("health.not_due")
          : format.percent(percent, percent < 100 && percent >= 99 ? 2 : 0)
      }`;
    };
    const line = series.find((one) => one.series === chosen?.series);
    return html`
      <h3>
        ${this.text("health.last_days", { days: series[0]?.days.length ?? 30 })}
        <b>${this.#percent(completeness, format)}</b>
      </h3>
      <div class="series">
        ${series.map(({ series: name, days, completeness: share }) => {
          const day = chosen?.series === name ? chosen.day : null;
          const label = this.nameText("data_completeness", name);
          return html`<span class="name">${label}</span>
            ${strip({
              label,
              days,
              chosen: day,
              told: told(days, day ?? days.length - 1),
              choose: (at) => {
                this.chosen = at === null ? undefined : { series: name, day: at };
              },
            })}
            <span class="share">${this.#percent(share, format)}</span>`;
        })}
        <p class="axis ${line ? "told" : ""}" aria-hidden="true">
          ${
            line && chosen
              ? html`<b>${told(line.days, chosen.day)}</b>`
              : html`<span>${format.day(first)}</span><span>${this.text("health.today")}</span>`
          }
        </p>
      </div>
      <p class="aside">
        ${
          history.is_filling
            ? this.text("health.is_filling", { count: format.number(backlog) })
            : this.text(backlog ? "health.backlog" : "health.no_backlog", {
                count: format.number(backlog),
              })
        }
      </p>
    `;
  }

  /** Never rounded up: what lacks anything is not complete. */
  #percent(share: number, format: Format): string {
    return format.percent(share === 100 ? 100 : Math.floor(share * 10) / 10, share === 100 ? 0 : 1);
  }

  #sources({ health, prices, weather }: Dashboard, format: Format): TemplateResult {
    const from = [
      [
        this.text("health.prices_from"),
        prices.source && this.stateText("price_source", prices.source),
      ],
      [
        this.text("health.weather_from"),
        weather.source && this.stateText("weather_source", weather.source),
      ],
    ] as const;
    return html`
      <h3>${this.text("health.sources")}</h3>
      <dl class="pairs">
        ${from.map(
          ([what, who]) => html`<div>
            <dt>${what}</dt>
            <dd>${who ?? this.text("health.nobody")}</dd>
          </div>`,
        )}
        ${health.sources.map((source) => this.#source(source, format))}
      </dl>
    `;
  }

  #source({ host, state, retry_at: retry }: Source, format: Format): TemplateResult {
    const when = retry && Date.parse(retry) > this.now ? format.time(retry) : "";
    const text = this.text(`health.hosts.${state}`);
    return html`<div>
      <dt>${host}</dt>
      <dd class=${state}>
        <ha-icon icon=${SOURCE_ICONS[state]} aria-hidden="true"></ha-icon>
        <span>
          ${text}${when ? html`, ${this.text("health.again_at", { when })}` : nothing}
        </span>
      </dd>
    </div>`;
  }

  #models({ models }: Dashboard, format: Format): TemplateResult {
    const all = results(models);
    const best = (name: "fit" | "accuracy") => Math.max(...all.map((one) => one[name] ?? -9));
    return html`
      <h3>${this.text("health.models")}</h3>
      ${
        all.length
          ? html`<table>
              <caption class="visually-hidden">${this.text("health.unseen")}</caption>
              <thead>
                <tr>
                  <td></td>
                  <th scope="col">${this.text("health.fit")}</th>
                  <th scope="col">${this.text("health.accuracy")}</th>
                </tr>
              </thead>
              <tbody>
                ${all.map(
                  ({ who, fit, accuracy, work }) => html`<tr class=${who}>
                    <th scope="row">
                      ${this.text(`health.who.${who}`)}
                      ${work ? html`<span class="chip">${this.text(`health.${work}`)}</span>` : nothing}
                    </th>
                    ${this.#figure(fit, format.number(fit, 2), fit === best("fit"))}
                    ${this.#figure(
                      accuracy,
                      accuracy === null ? "–" : format.percent(100 * accuracy),
                      accuracy === best("accuracy"),
                    )}
                  </tr>`,
                )}
              </tbody>
            </table>`
          : nothing
      }
      ${all.some(({ work }) => work === "partly") ? html`<p class="aside">${this.text("health.shared")}</p>` : nothing}
      ${
        models.reason
          ? html`<p>
              ${this.text("health.rule_works", {
                why: this.#why(models.reason),
              })}
            </p>`
          : nothing
      }
      ${this.#trained(models, format)}
      ${
        Object.keys(models.refused).length
          ? html`<p class="bad">
              ${this.text("health.refused", { names: Object.keys(models.refused).join(", ") })}
            </p>`
          : nothing
      }
    `;
  }

  #figure(share: number | null, text: string, isBest: boolean): TemplateResult {
    const width = 100 * Math.min(Math.max(share ?? 0, 0), 1);
    return html`<td class=${isBest ? "best" : ""}>
      ${text}<span class="bar" aria-hidden="true"><i style="width: ${width}%"></i></span>
    </td>`;
  }

  #trained({ trained, trainer, rows, span }: Dashboard["models"], format: Format) {
    if (!trained) return nothing;
    const by = trainer ? this.stateText("last_training", trainer, "trainer") : "–";
    const parts = [this.text("health.trained", { when: format.dateTime(trained), by })];
    if (rows && span) {
      const [from, to] = [format.date(span.start), format.date(span.end)];
      parts.push(this.text("health.learned", { count: format.number(rows), from, to }));
    }
    return html`<p class="aside">${parts.join(" ")}</p>`;
  }

  #jobs({ jobs }: Dashboard, format: Format): TemplateResult {
    const first = troubled(jobs);
    const others = jobs.filter((job) => !first.includes(job));
    const key = first.length ? "health.other_jobs" : "health.all_jobs";
    const list = (some: readonly Job[]) =>
      html`<ul class="jobs">
        ${some.map((job) => this.#job(job, format))}
      </ul>`;
    return html`
      <h3>${this.text("health.jobs")}</h3>
      ${first.length ? list(first) : nothing}
      <details>
        <summary>${this.text(key, { count: others.length })}</summary>
        ${list(others)}
      </details>
    `;
  }

  #job(job: Job, format: Format): TemplateResult {
    const { last_result: result, last_run: last, next_run: next, failures, running } = job;
    const isBad = failures > 0 || result === "failed";
    const icon = running ? "mdi:progress-clock" : result ? RESULT_ICONS[result] : "mdi:minus";
    const outcome = running ? "running" : result ? (`results.${result}` as const) : "never";
    const times = [this.text("health.next_at", { when: this.#moment(next, format) })];
    if (last) times.unshift(this.text("health.last_at", { when: this.#moment(last, format) }));
    return html`<li class=${isBad ? "failed" : (result ?? "")}>
      <span>${this.#jobName(job.name)}</span>
      <span class="result">
        <ha-icon icon=${icon} aria-hidden="true"></ha-icon>
        ${this.text(`health.${outcome}`)}${failures > 1 ? ` × ${format.number(failures)}` : ""}
      </span>
      <small>${times.join(" · ")}</small>
      ${isBad && job.detail ? html`<small lang="en">${job.detail}</small>` : nothing}
    </li>`;
  }

  #jobName(name: string): string {
    return this.text(`job.${name}` as Key) || name.replaceAll("_", " ");
  }

  /** The time, and the day as well if it is far off. */
  #moment(at: string, format: Format): string {
    const isNear = Math.abs(Date.parse(at) - this.now) < 12 * 3_600_000;
    return isNear ? format.time(at) : format.dayTime(at);
  }

  static override styles = [...FactoryCard.styles, styles];
}
