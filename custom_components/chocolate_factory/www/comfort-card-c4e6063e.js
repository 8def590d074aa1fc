import{d as e,f as t,l as n,s as r,t as i,u as a}from"./lit-64fd5920.js";import{a as o,d as s,f as c,g as l,h as u,i as d,l as f,m as p,n as m,o as h,p as g,r as _,u as v}from"./time-axis-67a16278.js";import{c as y,l as b,t as x}from"./factory-card-7e8b3929.js";var S=26,C=6,w=13,T=[.56,.44];function E(e){let{panels:t,width:n,height:r}=e,i=new d(e.start,e.end,30,n-1),a={...e.time,x:i},o=r-_(a),s=o-t.length*S-(t.length-1)*C,c=0,l=t.map((e,t)=>{let n=c+S,r=n+s*(T[t]??0);return c=r+C,{...e,y:new d(e.axis.from,e.axis.to,r,n)}});return{...e,panels:l,x:i,time:a,foot:o,top:S,format:a.format}}function D(t){let{x:r,now:i,top:a,foot:o}=t,s=Math.round(r.at(i)),c=i>=r.from&&i<r.to;return e`
    ${m(t.time,a,o)}
    ${t.panels.map(e=>O(e,t))}
    ${c?e`<line class="now" x1=${s} x2=${s} y1=${a-4} y2=${o} />`:n}
    ${t.panels.map(({now:t,y:r,lines:i})=>c&&t!==null?e`<circle class="dot ${i[0]?.name??``}" cx=${s} cy=${r.at(t)} r="5" />`:n)}
  `}function O(t,{x:r,air:i,width:a,format:o}){let{y:s,axis:c,limits:l,title:d,lines:f}=t,[p,m]=l??[null,null],g=[p,m].filter(e=>e!==null),_=a-1;return e`
    <text x="0" y=${s.end-13}>${d}</text>
    ${m===null?n:e`<rect class="good" x=${30} width=${Math.max(0,_-30)} y=${s.at(m)}
            height=${s.at(p??c.from)-s.at(m)} />`}
    ${c.ticks.map(t=>{let r=Math.round(s.at(t)),i=g.every(e=>Math.abs(s.at(e)-r)>=w);return e`
        <line class="gridline" x1=${30} x2=${_} y1=${r} y2=${r} />
        ${i?e`<text x=${24} y=${r+4} text-anchor="end">${o.number(t,c.digits)}</text>`:n}
      `})}
    ${g.map((t,r)=>{let i=Math.round(s.at(t)),a=g[1-r],c=r===g.length-1||Math.abs(s.at(a??t)-i)>=w;return e`
        <line class="limit" x1=${30} x2=${_} y1=${i} y2=${i} />
        ${c?e`<text class="today" x=${24} y=${i+4} text-anchor="end">${o.number(t,t%1?1:0)}</text>`:n}
      `})}
    <svg x=${30} width=${Math.max(0,_-30)} y=${s.end-2} height=${s.start-s.end+4}
      viewBox="${30} ${s.end-2} ${Math.max(1,_-30)} ${s.start-s.end+4}">
      ${f.toReversed().map(({name:t,values:n})=>e`<path class="line ${t}" d=${h(i.map(e=>[e.start+u/2,n(e)]),r,s)} />`)}
    </svg>
  `}function k(t,{x:r,panels:i,top:a,foot:o}){let s=Math.round(r.at(t.start+u/2));return e`
    <line class="pointed" x1=${s} x2=${s} y1=${a} y2=${o} />
    ${i.flatMap(({lines:r,y:i})=>r.map(({name:r,values:a})=>{let o=a(t);return o===null?n:e`<circle class="dot ${r}" cx=${s} cy=${i.at(o)} r="5" />`}))}
  `}function A(e,t,n,r){let i=y(t,n);return e.flatMap((e,n)=>{let{date:a}=b(e.start,r);return a>=t&&a<i?[{start:e.start,end:e.start+u,date:a,position:n,air:e}]:[]})}var j=(e,t)=>e.slice(Math.max(0,(t[0]?.position??0)-1),(t.at(-1)?.position??-1)+2);function M(e,t){let n=[];for(let{start:r,end:i,position:a}of e){let e=t?t[a]??null:1,o=e===null?null:e>0,s=n.at(-1);s&&s.isPossible===o&&s.end===r?s.end=i:n.push({start:r,end:i,isPossible:o})}return n}function N(e,t,n){if(!t)return{kind:`any_air`};let r=M(e,t),i=r.filter(e=>e.end>n),a=i.filter(e=>e.isPossible);return i.some(e=>e.isPossible!==null)?a.length?r.every(e=>e.isPossible)?{kind:`all_day`}:i.every(e=>e.isPossible)?{kind:`rest_of_day`}:{kind:`runs`,runs:a}:{kind:r.some(e=>e.isPossible)?`not_any_more`:`not`}:{kind:`unknown`}}var P=e=>e.find(e=>e.key===`work`)?.limits??null,F=e=>e.filter(e=>e!=null);function I(e,t,n){let r=F([...e.flatMap(e=>[e.temperature,e.roomTemperature]),t?.lowest_temperature,t?.highest_temperature,n]);return r.length?o(Math.min(...r)-1,Math.max(...r)+1,4):o(10,30,4)}function L(e,t,n){let r=F([...e.map(e=>e.roomHumidity),t?.highest_humidity,n]);return o(0,Math.min(100,Math.max(60,...r)+5),3)}var R=24,z=6,B=2,V=class extends x{constructor(...e){super(...e),this.heading=`comfort.title`,this.#e=new c(this,`.chart`),this.#t=new p(this)}#e;#t;content(e,t){let{comfort:n,zone:r}=e.data,i=b(this.now,r).date,o=(this.config?.hours??48)/R,s=A(e.air,i,o,r);return a`
      ${this.#n(n,t)}
      ${this.#r(e,s,i,t)}
      ${this.#a(n.steps,s,t)}
      ${this.#p(n.steps,s)}
      <p class="basis">${this.text(n.now?.is_measured?`comfort.measured_note`:`comfort.note`)}</p>
    `}#n({now:e},t){if(!e)return a`<p class="none">${this.text(`comfort.none`)}</p>`;let n=this.text(e.is_measured?`comfort.measured`:`comfort.reckoned`);return a`<dl class="figures">
      ${s(`first`,this.text(`comfort.room`),t.temperature(e.temperature,1),n)}
      ${s(``,this.text(`comfort.humidity`),t.percent(e.humidity))}
      ${s(``,this.text(`comfort.dew_point`),t.temperature(e.dew_point,1))}
      ${s(``,this.text(`comfort.index`),a`${t.number(e.index)} <small>/ 100</small>`)}
      ${s(``,this.text(`comfort.heat_stress`),t.percent(100*e.heat_stress))}
    </dl>`}#r({data:e,air:t},r,i,a){let{width:o,height:s}=this.#e,{now:c}=this,[u,d]=[r[0],r.at(-1)],f=r.some(e=>e.air.roomTemperature!==null),p=o&&u&&d?this.#i(e.comfort,j(t,r),{now:c,time:{days:l(u.start,d.end,e.zone),format:a,today:i},start:u.start,end:d.end,width:o,height:s}):void 0;p&&f&&this.#t.follow(r,p.x,c);let m=r[this.#t.index??-1];return g({crosshair:this.#t,inputs:[e,o,s,c,a,this.config],draw:()=>p?D(p):n,...p&&m&&{mark:k(m.air,p),tip:this.#u(m,p,e.comfort.steps)},tell:f?t=>this.#d(r[t],a,e.comfort.steps):void 0,label:this.text(`comfort.label`),unknown:this.text(`comfort.unknown`)})}#i({steps:e,now:t},n,r){let i=P(e);return E({...r,air:n,panels:[{title:this.text(`comfort.temperature_axis`),axis:I(n,i,t?.temperature),limits:i&&[i.lowest_temperature,i.highest_temperature],lines:[{name:`temperature`,values:e=>e.roomTemperature},{name:`outdoors`,values:e=>e.temperature}],now:t?.temperature??null},{title:this.text(`comfort.humidity_axis`),axis:L(n,i,t?.humidity),limits:i&&[null,i.highest_humidity],lines:[{name:`humidity`,values:e=>e.roomHumidity}],now:t?.humidity??null}]})}#a(e,t,r){let i=[...new Set(t.map(e=>e.date))].map(e=>[e,t.filter(t=>t.date===e)]),o=this.#t.index;return a`<ul class="steps" style="--gutter:${30}px">
      ${e.map(e=>a`<li>
          <h3>${this.#s(e)} <span>${this.#c(e,r)}</span></h3>
          ${this.#o(e,t,o)}
          <div class="days">
            ${(e.possible?i:i.slice(0,1)).map(([t,i])=>a`<p style="flex:${i.length}">
                ${e.possible?a`<span class="visually-hidden">${r.longDay(t)}: </span>`:n}
                ${this.#l(N(i,e.possible,this.now),r)}
              </p>`)}
          </div>
        </li>`)}
    </ul>`}#o({possible:t},r,i){let[o,s]=[r[0]?.start??0,r.at(-1)?.end??1],c=e=>100*(e-o)/(s-o);return a`<svg
      class="strip"
      viewBox="0 0 100 ${z}"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      ${M(r,t).map(({start:t,end:n,isPossible:r})=>{let i=r?z:B;return e`<rect class=${r===null?`unknown`:r?`yes`:`no`}
          x=${c(t)} width=${c(n)-c(t)}
          y=${(z-i)/2} height=${i} />`})}
      ${this.now>o&&this.now<s?e`<line class="now" x1=${c(this.now)} x2=${c(this.now)} y2=${z} />`:n}
      ${i===void 0?n:e`<rect class="here" x=${100*i/r.length} width=${100/r.length} height=${z} />`}
    </svg>`}#s({key:e}){return this.text(`comfort.steps.${e}`)}#c({limits:e},t){return e?this.text(`comfort.limits`,{from:(e=>t.number(e,e%1?1:0))(e.lowest_temperature),to:t.temperature(e.highest_temperature,e.highest_temperature%1?1:0),humidity:t.percent(e.highest_humidity)}):this.text(`comfort.any_air`)}#l(e,t){return e.kind===`runs`?e.runs.map(({start:e,end:n})=>e<=this.now?this.text(`comfort.until`,{time:t.time(n)}):`${t.time(e)}–${t.time(n)}`).join(`, `):this.text(`comfort.summary.${e.kind}`)}#u(e,t,n){let{format:r,x:i,width:o}=t,{air:s}=e;return f(i.at((e.start+e.end)/2),o,a`${r.day(e.date)}, ${r.time(e.start)}–${r.time(e.end)}
        <b>${r.temperature(s.roomTemperature,1)} · ${r.percent(s.roomHumidity)}</b>
        <span>${this.text(`comfort.outdoors_at`,{temperature:r.temperature(s.temperature)})}</span>
        <span>${this.text(`comfort.index_at`,{index:r.number(s.index)})}</span>
        ${this.#f(e,n).map(e=>a`<span>✕ ${e}</span>`)}`)}#d(e,t,n){if(!e)return``;let{air:r}=e,i=this.#f(e,n).join(`; `);return[`${t.longDay(e.date)}, ${t.time(e.start)}–${t.time(e.end)}`,this.text(`comfort.room_at`,{temperature:t.temperature(r.roomTemperature,1),humidity:t.percent(r.roomHumidity)}),this.text(`comfort.outdoors_at`,{temperature:t.temperature(r.temperature)}),this.text(`comfort.index_at`,{index:t.number(r.index)}),...i?[this.text(`comfort.hindered`,{steps:i})]:[]].join(`, `)}#f({position:e},t){return t.filter(({possible:t})=>t?.[e]===0).map(e=>this.#s(e))}#p(e,t){let r=e.flatMap(e=>M(t,e.possible).map(e=>e.isPossible)),i=(e,t)=>a`<li>
      <svg aria-hidden="true"><path class="line ${e}" d="M0 6H20" /></svg>${t}
    </li>`,o=(e,t,n)=>a`<li>
      <svg aria-hidden="true">
        <rect class=${e} width="20" y=${(12-t)/2} height=${t} />
      </svg>
      ${n}
    </li>`;return a`<ul class="legend">
      ${i(`temperature`,this.text(`comfort.room_temperature`))}
      ${i(`outdoors`,this.text(`comfort.outdoors`))}
      ${i(`humidity`,this.text(`comfort.room_humidity`))}
      ${o(`good`,12,this.text(`comfort.good`))}
      ${o(`yes`,z,this.text(`comfort.possible`))}
      ${r.includes(!1)?o(`no`,B,this.text(`comfort.not_possible`)):n}
      ${r.includes(null)?o(`unknown`,B,this.text(`comfort.not_known`)):n}
    </ul>`}static{this.styles=[...x.styles,v,t`
      .chart {
        min-height: clamp(250px, 40cqi, 340px);
      }
      .line {
        fill: none;
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .line.temperature {
        stroke: var(--cf-temperature);
      }
      .line.humidity {
        stroke: var(--cf-humidity);
      }
      .line.outdoors {
        stroke: var(--cf-temperature);
        stroke-width: 1.25;
        stroke-dasharray: 3 2;
      }
      .dot.temperature {
        fill: var(--cf-temperature);
      }
      .dot.outdoors {
        fill: var(--cf-temperature);
        r: 3.5px;
      }
      .dot.humidity {
        fill: var(--cf-humidity);
      }
      .good {
        fill: var(--cf-optimal);
        opacity: 0.14;
      }
      .limit {
        stroke: var(--cf-optimal);
        shape-rendering: crispEdges;
      }
      .steps {
        display: grid;
        gap: 10px;
        margin: 12px 0 4px;
        padding: 0;
        list-style: none;
        font-size: 12px;
      }
      .steps h3 {
        margin: 0 0 3px;
        font-size: 12px;
        font-weight: 500;
      }
      .steps h3 span {
        margin-inline-start: 4px;
        color: var(--cf-faint);
        font-weight: 400;
      }
      .strip {
        display: block;
        width: calc(100% - var(--gutter) - 1px);
        height: 6px;
        margin-inline-start: var(--gutter);
      }
      .yes {
        fill: var(--cf-optimal);
      }
      .no {
        fill: var(--cf-halt);
      }
      .unknown {
        fill: var(--cf-faint);
        opacity: 0.5;
      }
      .strip .now,
      .here {
        vector-effect: non-scaling-stroke;
      }
      .here {
        fill: none;
        stroke: var(--cf-text);
        stroke-width: 2;
      }
      .days {
        display: flex;
        margin-inline-start: var(--gutter);
        color: var(--cf-faint);
        font-variant-numeric: tabular-nums;
      }
      .days p {
        min-width: 0;
        margin: 2px 0 0;
        padding-inline-end: 6px;
      }
      .chart .nothing {
        /* Into the first of the two charts. */
        bottom: 50%;
      }
      .none {
        margin: 0 0 12px;
        color: var(--cf-faint);
      }
      .basis {
        color: var(--cf-faint);
        font-size: 12px;
        margin: 8px 0 0;
      }
    `]}};V=i([r(`chocolate-factory-comfort-card-content`)],V);export{V as ComfortCard};