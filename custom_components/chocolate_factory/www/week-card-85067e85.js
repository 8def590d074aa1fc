import{a as e,f as t,l as n,s as r,t as i,u as a}from"./lit-64fd5920.js";import{a as o,c as s,i as c,l,n as u,o as d,r as f,s as p,t as m}from"./factory-card-7e8b3929.js";var h=[`optimal`,`moderate`,`reduced`,`halt`],g=[`very_cheap`,`cheap`,`normal`,`expensive`,`very_expensive`];function _(e,t,n){let r=l(t,e.data.zone).date,i=Array.from({length:7},(t,n)=>{let i=s(r,n);return{date:i,summary:e.data.days.find(e=>e.date===i),hours:Array.from({length:24},(e,t)=>({hour:t,slots:[]}))}}),a=new Map(i.map(e=>[e.date,e]));for(let t of n?e.slots:e.hours)a.get(t.date)?.hours[t.hour]?.slots.push(t);return i}function v(e,t,n,r){let i=r?`days`:`slots`;switch(n){case`Home`:return y(e,t.date)[0];case`End`:return y(e,t.date).at(-1);case`ArrowLeft`:case`ArrowRight`:return b(e,t,i,n===`ArrowRight`?1:-1);case`ArrowUp`:case`ArrowDown`:return b(e,t,r?`slots`:`days`,n===`ArrowDown`?1:-1);default:return}}var y=(e,t)=>e.find(e=>e.date===t)?.hours.flatMap(e=>e.slots)??[];function b(e,t,n,r){if(n===`slots`){let n=e.flatMap(e=>e.hours.flatMap(e=>e.slots));return n[n.findIndex(e=>e.start===t.start)+r]}let i=y(e,t.date).filter(e=>e.hour===t.hour).findIndex(e=>e.start===t.start),a=y(e,s(t.date,r)).filter(e=>e.hour===t.hour);return a[Math.min(i,a.length-1)]}function x(e,t,r){let{recommendation:i,air:o}=t;return a`
    <div class="headline">
      <time>${r.day(t.date)}, ${r.time(t.start)}–${r.time(t.end)}</time>
      ${i?a`<b style="color:${d(i)}">
            <ha-icon icon=${f[i]} aria-hidden="true"></ha-icon>
            ${e.stateText(`production_recommendation`,i)}
          </b>`:n}
      ${t.confidence===null?n:a`<span class="faint">
            ${e.text(`week.sure`,{percent:r.percent(t.confidence)})}
          </span>`}
    </div>
    <dl>
      ${S(e.text(`week.price`),C(e,t,r))}
      ${S(e.text(`form.choices.score`),r.number(t.score))}
      ${o?a`${S(e.text(`week.outdoors`),`${r.temperature(o.temperature)}, ${r.percent(o.humidity)}`)}${S(e.text(`week.index`),r.number(o.index))}`:n}
    </dl>
    ${t.reasons.length?a`<ul class="reasons">
          ${t.reasons.map(({key:t,isGood:n})=>a`<li>
              <ha-icon
                icon=${n?`mdi:plus`:`mdi:minus`}
                style="color:${d(n?`optimal`:`halt`)}"
                aria-hidden="true"
              ></ha-icon>
              ${e.reasonText(t)}
            </li>`)}
        </ul>`:n}
  `}var S=(e,t)=>a`<div>
  <dt>${e}</dt>
  <dd>${t}</dd>
</div>`;function C(e,t,n){let{low:r,high:i,origin:a,period:o}=t,s=[n.price(t.price),`P${o}`];if(r!==null&&i!==null){let[t,a]=[n.number(r,3),n.number(i,3)];s.push(e.text(`week.band`,{from:t,to:a}))}else a===`estimated`&&s.push(e.text(`week.estimated`));return s.join(` · `)}var w=t`
  :host {
    position: relative;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-bottom: 12px;
  }
  .choice {
    display: flex;
  }
  button {
    min-height: 32px;
    padding: 0 12px;
    border: 1px solid var(--cf-grid);
    border-radius: 16px;
    background: none;
    color: var(--cf-text);
    font: inherit;
    font-size: 13px;
    cursor: pointer;
  }
  .choice button {
    border-radius: 0;
    margin-inline-start: -1px;
  }
  .choice button:first-child {
    border-start-start-radius: 16px;
    border-end-start-radius: 16px;
  }
  .choice button:last-child {
    border-start-end-radius: 16px;
    border-end-end-radius: 16px;
  }
  button[aria-pressed="true"] {
    background: var(--cf-text);
    color: var(--cf-card);
    border-color: var(--cf-text);
  }
  button:focus-visible,
  .cell:focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }

  .grid {
    --transposed: 0;
    display: grid;
    grid-template-columns: max-content repeat(24, minmax(0, 1fr)) max-content;
    grid-template-rows: auto;
    grid-auto-rows: minmax(32px, 1fr);
    flex: 1;
    gap: 2px;
    font-size: 12px;
  }
  .row {
    display: contents;
  }
  .corner {
    position: absolute;
  }
  .hour-head {
    grid-row: 1;
    grid-column: calc(var(--hour) + 2);
    align-self: end;
    text-align: center;
    color: var(--cf-faint);
    white-space: nowrap;
  }
  .head {
    grid-row: calc(var(--day) + 2);
    grid-column: 1;
    display: flex;
    align-items: center;
    gap: 6px;
    padding-inline-end: 10px;
    white-space: nowrap;
    font-size: 13px;
    --mdc-icon-size: 18px;
  }
  .no-icon {
    width: 18px;
  }
  .sum {
    grid-row: calc(var(--day) + 2);
    grid-column: 26;
    display: flex;
    align-items: center;
    gap: 6px;
    padding-inline-start: 10px;
    white-space: nowrap;
  }
  .sum span {
    color: var(--cf-faint);
  }
  .hour {
    grid-row: calc(var(--day) + 2);
    grid-column: calc(var(--hour) + 2);
    display: flex;
    gap: 1px;
    border-radius: 4px;
    overflow: clip;
    overflow-clip-margin: 4px;
  }
  .none {
    background: repeating-linear-gradient(
      45deg,
      var(--cf-grid) 0 1px,
      transparent 1px 6px
    );
    opacity: 0.6;
  }
  .cell {
    flex: 1;
    min-width: 0;
    display: grid;
    place-items: center;
    border-radius: 4px;
    cursor: pointer;
    font-variant-numeric: tabular-nums;
  }
  .hour:has(.cell + .cell) .cell {
    border-radius: 2px;
  }
  .forecast {
    background-image: repeating-linear-gradient(
      -45deg,
      color-mix(in srgb, currentColor 15%, transparent) 0 1px,
      transparent 1px 5px
    );
  }
  .cell.over {
    --veil: color-mix(in srgb, var(--cf-card) 65%, transparent);
    background-image: linear-gradient(var(--veil), var(--veil));
    /* Whatever the colour was for: it is gone. */
    color: var(--cf-text) !important;
  }
  .now {
    box-shadow: 0 0 0 2px var(--cf-card),
      0 0 0 4px var(--cf-text);
    z-index: 1;
  }
  .picked {
    outline: 2px solid var(--primary-color);
    outline-offset: 1px;
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
    margin: 12px 0 0;
    padding: 0;
    list-style: none;
    color: var(--cf-faint);
    font-size: 12px;
  }
  .legend li {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .legend i {
    width: 14px;
    height: 14px;
    border-radius: 4px;
  }
  .legend i.forecast {
    border: 1px solid var(--cf-grid);
    box-sizing: border-box;
    color: var(--cf-text);
  }
  .legend i.now {
    width: 10px;
    height: 10px;
    margin: 2px;
    box-shadow: 0 0 0 2px var(--cf-text);
  }

  .details {
    margin-top: 12px;
    padding-top: 12px;
    border-top: 1px solid var(--cf-grid);
    min-height: 104px;
  }
  .headline {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 12px;
    --mdc-icon-size: 18px;
  }
  .headline b {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .headline time {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  .faint {
    color: var(--cf-faint);
  }
  dl {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 24px;
    margin: 6px 0 0;
  }
  dt {
    color: var(--cf-faint);
    font-size: 12px;
  }
  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  .reasons {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    margin: 6px 0 0;
    padding: 0;
    list-style: none;
    font-size: 13px;
    --mdc-icon-size: 16px;
  }
  .reasons li {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .tooltip {
    position: absolute;
    z-index: 2;
    visibility: hidden;
    width: max-content;
    max-width: min(340px, 90%);
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--cf-card);
    border: 1px solid var(--cf-grid);
    box-shadow: 0 4px 16px rgba(0, 0, 0, 0.25);
    pointer-events: none;
  }
  .tooltip .reasons {
    flex-direction: column;
  }

  @container (max-width: 980px) {
    .sum {
      display: none;
    }
  }
  @container (max-width: 720px) {
    .cell {
      font-size: 0;
    }
  }
  @container (max-width: 560px) {
    .grid {
      --transposed: 1;
      grid-template-columns: max-content repeat(7, minmax(0, 1fr));
      grid-auto-rows: minmax(24px, 1fr);
    }
    .hour-head {
      grid-row: calc(var(--hour) + 2);
      grid-column: 1;
      align-self: center;
      padding-inline-end: 6px;
      text-align: end;
    }
    .head {
      grid-row: 1;
      grid-column: calc(var(--day) + 2);
      flex-direction: column;
      gap: 2px;
      padding: 0 0 4px;
      font-size: 12px;
    }
    .hour {
      grid-row: calc(var(--hour) + 2);
      grid-column: calc(var(--day) + 2);
    }
    .cell {
      font-size: 12px;
    }
  }
  @media (pointer: coarse) {
    @container (max-width: 560px) {
      /* In sight, wherever in the day the finger is; unasked it would only hide hours. */
      .details.asked {
        position: sticky;
        bottom: 0;
        z-index: 2;
        padding-bottom: 8px;
        background: var(--cf-card);
      }
    }
  }
`,T=[`recommendation`,`score`,`price`],E=class extends m{constructor(...e){super(...e),this.heading=`week.title`,this.chosen={},this.#e=[],this.#t=!1,this.#_=e=>{this.#t=!0,this.picked=this.#g(e)??this.picked},this.#v=e=>{e.pointerType===`mouse`&&(this.hovered=this.#g(e))},this.#y=()=>{this.hovered=void 0},this.#b=async e=>{e.key===`Escape`&&(this.hovered=void 0);let t=this.#g(e),n=this.#e.flatMap(e=>e.hours.flatMap(e=>e.slots)).find(e=>e.start===t),r=e.currentTarget,i=getComputedStyle(r).getPropertyValue(`--transposed`).trim()===`1`,a=n&&v(this.#e,n,e.key,i);a&&(e.preventDefault(),this.#t=!1,this.picked=a.start,await this.updateComplete,this.#h(a.start)?.focus())}}#e;#t;content(e,t){let r=e.hasQuarters&&this.#n(`resolution`)===`quarter`,i=_(e,this.now,r);this.#e=i;let o=i.flatMap(e=>e.hours.flatMap(e=>e.slots)),s=u(o,this.now),c=o.find(e=>e.start===this.picked)??s??o[0];return a`
      ${this.#r(e)}
      <div
        class="grid"
        role="grid"
        aria-label=${this.text(`week.grid`)}
        @click=${this.#_}
        @keydown=${this.#b}
        @pointerover=${this.#v}
        @pointerleave=${this.#y}
      >
        <div class="row" role="row">
          <span class="corner" role="columnheader">
            <span class="visually-hidden">${this.text(`week.day`)}</span>
          </span>
          ${O(t)}
        </div>
        ${i.map((e,n)=>this.#a(e,n,t,s,c))}
      </div>
      ${this.#f(o)} ${this.#m(o,t)}
      <div class=${this.picked===void 0?`details`:`details asked`} aria-live=${this.#t?`polite`:`off`}>
        ${c?x(this,c,t):n}
      </div>
    `}#n(e){return this.chosen[e]??this.config[e]}#r(e){let t=this.#n(`weather`),r=this.#n(`resolution`)===`quarter`;return a`<div class="controls">
      <div class="choice" role="group" aria-label=${this.text(`week.colour_by`)}>
        ${T.map(e=>this.#i(this.text(`form.choices.${e}`),this.#n(`color_by`)===e,{color_by:e}))}
      </div>
      ${this.#i(`°C`,t,{weather:!t},this.text(`week.temperature`))}
      ${e.hasQuarters?this.#i(`¼ h`,r,{resolution:r?`hour`:`quarter`},this.text(`form.choices.quarter`)):n}
    </div>`}#i(e,t,r,i=``){return a`<button
      type="button"
      title=${i||n}
      aria-pressed=${t}
      @click=${()=>{this.chosen={...this.chosen,...r}}}
    >
      ${e}${i?a`<span class="visually-hidden"> ${i}</span>`:n}
    </button>`}#a(e,t,r,i,o){return a`<div class="row" role="row" style="--day:${t}">
      ${this.#o(e,t,r)}
      ${e.hours.map(({hour:e,slots:t})=>a`<div
          class=${t.length?`hour`:`hour none`}
          role=${t.length?`presentation`:`gridcell`}
          style="--hour:${e}"
          title=${t.length?n:this.text(`week.nothing`)}
        >
          ${t.map(e=>this.#c(e,t.length,r,i,o))}
        </div>`)}
      ${this.#s(e,r)}
    </div>`}#o({date:e,summary:t},r,i){let o=r?i.day(e):this.text(`week.today`),s=t?.recommendation;return a`<div class="head" role="rowheader">
      ${s?a`<ha-icon icon=${f[s]} style="color:${d(s)}" aria-hidden="true"></ha-icon>`:a`<span class="no-icon"></span>`}
      <span>${o}</span>
      ${s?a`<span class="visually-hidden">
            ${this.stateText(`production_recommendation`,s)}
          </span>`:n}
    </div>`}#s({summary:e},t){return a`<div class="sum" role="gridcell">
      ${e?a`<b>${this.stateText(`production_recommendation`,e.recommendation)}</b>
            ${e.hours.optimal?a`<span>${this.text(`week.optimal_hours`,{hours:t.number(e.hours.optimal)})}</span>`:n}`:n}
    </div>`}#c(e,t,r,i,s){let l=this.#l(e),u=t===1?this.#u(e,r):``,d=[`cell`];return D(e)&&d.push(`forecast`),e.end<=this.now&&d.push(`over`),e===i&&d.push(`now`),e.start===this.picked&&d.push(`picked`),a`<div
      class=${d.join(` `)}
      role="gridcell"
      tabindex=${e===s?0:-1}
      data-start=${e.start}
      aria-selected=${e.start===this.picked}
      aria-current=${e===i?`time`:n}
      aria-label=${this.#d(e,u,r)}
      style="background-color:${c(l)};color:${o(l)}"
    >
      ${u}
    </div>`}#l(e){switch(this.#n(`color_by`)){case`price`:return e.level;case`score`:return p(e.score);default:return e.recommendation}}#u(e,t){if(this.#n(`weather`)){let n=e.air?.temperature??null;return n===null?``:`${t.number(n)}°`}switch(this.#n(`color_by`)){case`price`:return e.price===null?``:t.number(e.price*100);default:return e.score===null?``:t.number(e.score)}}#d(e,t,n){let r=[`${n.day(e.date)}, ${n.time(e.start)}`];return e.recommendation&&r.push(this.stateText(`production_recommendation`,e.recommendation)),e.score!==null&&r.push(this.text(`week.score`,{score:n.number(e.score)})),e.price!==null&&r.push(n.price(e.price)),D(e)&&r.push(this.text(`week.forecast`)),r.some(e=>e.includes(t))||r.push(t),r.join(`, `)}#f(e){return a`<ul class="legend" aria-label=${this.text(`week.legend`)}>
      ${this.#p(this.#n(`color_by`),(e,t)=>a`<li>
      <i style="background-color:${c(e)}"></i>${t}
    </li>`)}
      ${e.some(D)?a`<li><i class="forecast"></i>${this.text(`week.forecast`)}</li>`:n}
      <li><i class="now"></i>${this.text(`week.now`)}</li>
      ${this.#n(`color_by`)===`price`&&!this.#n(`weather`)?a`<li>${this.text(`week.cents`)}</li>`:n}
    </ul>`}#p(e,t){switch(e){case`recommendation`:return h.map(e=>t(e,this.stateText(`production_recommendation`,e)));case`price`:return g.map(e=>t(e,this.stateText(`price_level`,e)));case`score`:return g.map((e,n)=>t(e,`${80-20*n}–${100-20*n}`))}}#m(e,t){let r=e.find(e=>e.start===this.hovered);return r?a`<div class="tooltip" aria-hidden="true">
      ${x(this,r,t)}
    </div>`:n}updated(){let e=this.renderRoot.querySelector(`.tooltip`),t=e&&this.#h(this.hovered);if(!e||!t)return;let n=this.getBoundingClientRect(),r=t.getBoundingClientRect(),i=r.left+r.width/2-n.left-e.offsetWidth/2,a=n.width-e.offsetWidth-8,o=r.top-n.top-e.offsetHeight-8;e.style.left=`${Math.max(8,Math.min(i,a))}px`,e.style.top=`${o>0?o:r.bottom-n.top+8}px`,e.style.visibility=`visible`}#h(e){return this.renderRoot.querySelector(`.cell[data-start="${e}"]`)}#g(e){let t=e.target.closest(`.cell`);return t?Number(t.dataset.start):void 0}#_;#v;#y;#b;static{this.styles=[...m.styles,w]}};i([e()],E.prototype,`chosen`,void 0),i([e()],E.prototype,`picked`,void 0),i([e()],E.prototype,`hovered`,void 0),E=i([r(`chocolate-factory-week-card-content`)],E);var D=e=>e.origin===`forecast`&&e.price!==null;function O(e){let t=e.wallHour(23).length>2?3:1;return Array.from({length:24},(n,r)=>a`<span class="hour-head" role="columnheader" style="--hour:${r}"
      ><span class=${r%t?`visually-hidden`:``}>${e.wallHour(r)}</span></span
    >`)}export{E as WeekCard};