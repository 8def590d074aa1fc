import { css } from "lit";

/** One column in a section; from 560 px on what to do stands beside the figures. */
export const styles = css`
  .now {
    display: grid;
    flex: 1;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 16px;
  }
  p,
  h3,
  dl,
  dd,
  ol {
    margin: 0;
    padding: 0;
  }
  h3,
  dt {
    font-size: 12px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 16px;
    color: var(--cf-faint);
  }
  b {
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--cf-text);
  }
  small {
    font-size: 0.5em;
    color: var(--cf-faint);
  }

  .advice {
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    column-gap: clamp(12px, 4cqi, 24px);
    padding: clamp(16px, 5cqi, 28px);
    border-radius: 12px;
    overflow: hidden;
    color: var(--ink);
    background: var(--colour);
    --mdc-icon-size: clamp(56px, 20cqi, 96px);
  }
  .advice ha-icon {
    grid-row: span 3;
    align-self: center;
  }
  .advice b {
    color: inherit;
  }
  .word {
    align-self: end;
    overflow-wrap: anywhere;
    font-size: clamp(32px, 12cqi, 60px);
    font-weight: var(--ha-font-weight-bold, 700);
    line-height: 1.1;
  }
  .until {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 8px;
    font-size: clamp(16px, 5cqi, 22px);
    line-height: 1.35;
  }
  .engine {
    align-self: start;
    font-size: clamp(12px, 3cqi, 16px);
  }
  .advice.none {
    color: var(--cf-text);
    background: color-mix(in srgb, var(--cf-unknown) 60%, transparent);
  }
  .advice.none .word {
    font-size: clamp(20px, 7cqi, 32px);
  }
  /* Stripes along the edges, as on what is not to be touched: seen even where red is not. */
  .advice.halt {
    padding-block: calc(clamp(16px, 5cqi, 28px) + 10px);
  }
  .advice.halt::before,
  .advice.halt::after {
    content: "";
    position: absolute;
    inset-inline: 0;
    height: 10px;
    background: repeating-linear-gradient(
      -45deg,
      var(--ink) 0 10px,
      var(--colour) 10px 20px
    );
  }
  .advice.halt::before {
    top: 0;
  }
  .advice.halt::after {
    bottom: 0;
  }

  .why h3 {
    margin-bottom: 4px;
  }
  .why:empty {
    display: none;
  }
  ol {
    display: grid;
    gap: 6px;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: 20px minmax(0, 1fr);
    align-items: start;
    gap: 8px;
    --mdc-icon-size: 20px;
  }
  /* The strongest comes first. */
  li:first-child {
    font-size: 16px;
    font-weight: var(--ha-font-weight-medium, 500);
  }
  li.good ha-icon {
    color: var(--cf-optimal);
  }
  li.bad ha-icon {
    color: var(--cf-halt);
  }

  .figures {
    display: grid;
    align-content: start;
    gap: 16px;
  }
  .score p {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    color: var(--cf-faint);
  }
  .score b,
  .figure b {
    font-size: 24px;
    line-height: 32px;
    font-variant-numeric: tabular-nums;
  }
  .scale {
    position: relative;
    height: 8px;
    margin-block: 4px 6px;
    border-radius: 4px;
    background: linear-gradient(
      to right,
      var(--cf-very-expensive) 0 20%,
      var(--cf-expensive) 20% 40%,
      var(--cf-normal) 40% 60%,
      var(--cf-cheap) 60% 80%,
      var(--cf-very-cheap) 80%
    );
  }
  .scale[hidden] {
    visibility: hidden;
    display: block;
  }
  .scale span {
    position: absolute;
    top: -5px;
    width: 6px;
    height: 18px;
    margin-inline-start: -5px;
    border: 2px solid var(--ha-card-background, var(--card-background-color, #fff));
    border-radius: 5px;
    background: var(--cf-text);
  }
  @media (prefers-reduced-motion: no-preference) {
    .scale span {
      transition: left 0.4s ease-out;
    }
  }

  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(120px, 100%), 1fr));
    gap: 16px 12px;
  }
  .figure p {
    min-height: 20px;
    color: var(--cf-faint);
  }
  .figure small {
    font-size: 14px;
  }
  .figure .aside {
    font-size: 12px;
  }
  .level {
    display: inline-block;
    padding: 0 8px;
    border-radius: 10px;
    font-size: 12px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 20px;
    color: var(--ink);
    background: var(--colour);
  }

  .chance {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    column-gap: 12px;
    padding-top: 12px;
    border-top: 1px solid var(--cf-grid);
    color: var(--cf-faint);
    --mdc-icon-size: 32px;
  }
  .chance ha-icon {
    grid-row: span 3;
    color: var(--cf-optimal);
  }
  .chance .when {
    font-size: 18px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 26px;
    color: var(--cf-text);
  }
  .chance.none {
    grid-template-columns: minmax(0, 1fr);
  }

  @container (width >= 560px) {
    .now {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
      grid-template-rows: auto 1fr;
      gap: 20px 28px;
    }
    .figures {
      grid-area: 1 / 2 / span 2;
    }
    .advice {
      --mdc-icon-size: clamp(56px, 11cqi, 112px);
    }
    .word {
      font-size: clamp(36px, 7cqi, 72px);
    }
    .until {
      font-size: clamp(16px, 2.8cqi, 26px);
    }
  }
  @media (forced-colors: active) {
    .advice,
    .scale,
    .level {
      forced-color-adjust: none;
    }
  }
`;
