import { chromium } from "@playwright/test";
const base = process.env.BASE ?? "http://127.0.0.1:4711";
const want = process.argv[2] ? new RegExp(process.argv[2]) : /./;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless","--no-sandbox","--disable-gpu","--disable-quic","--no-first-run","--disable-background-networking","--disable-component-update","--disable-sync"] });
const sizes = { phone: {width:390,height:844}, desktop:{width:1280,height:800}, projector:{width:1920,height:1080}, tiny:{width:320,height:640} };
async function make(body: object) {
  const r = await fetch(base+"/api/polls",{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify(body)});
  return await r.json() as any;
}
async function vote(id: string, optionIds: string[]) {
  const s = await fetch(base+"/api/session",{method:"POST"}); const c = s.headers.get("set-cookie")!.split(";")[0]!;
  await fetch(`${base}/api/polls/${id}/votes`,{method:"POST",headers:{"content-type":"application/json",cookie:c},body:JSON.stringify({optionIds})});
}
async function shot(name: string, size: keyof typeof sizes, scheme: "light"|"dark", url: string, act?: (p: any)=>Promise<void>, full=true) {
  if (!want.test(name)) return;
  const ctx = await browser.newContext({ viewport: sizes[size], colorScheme: scheme, baseURL: base, deviceScaleFactor: 1 });
  const page = await ctx.newPage();
  page.on("console", (m: any) => { if (m.type()==="error"||m.type()==="warning") console.log(name, m.text()); });
  await page.goto(url); await page.waitForLoadState("load");
  await page.waitForTimeout(300);
  if (act) await act(page);
  await page.waitForTimeout(300);
  await page.screenshot({ path: `/tmp/shots/${name}-${size}-${scheme}.png`, fullPage: full });
  await ctx.close();
}
const lunch = await make({ question:"Where shall we eat on Friday?", options:["Sushi at the harbour","Ramen","Wood-fired pizza","The canteen, as always"], settings:{allowChange:true}});
for (const [o,n] of [["opt-1",7],["opt-2",12],["opt-3",4]] as const) for (let i=0;i<n;i++) await vote(lunch.poll.pollId,[o]);
const L = "/"+lunch.poll.pollId;
const multi = await make({ question:"Which topics should the next workshop cover?", kind:"multiple", options:["Testing","Databases","A rather long option that goes on and on so that it must break into a second line on a phone, in full sentences, truly"], settings:{resultsVisibility:"afterVote"}});
for (let i=0;i<5;i++) await vote(multi.poll.pollId,["opt-1",...(i%2?["opt-2"]:[])]);
const rating = await make({ question:"How was today's talk?", kind:"rating" });
for (const o of ["opt-5","opt-4","opt-4","opt-3","opt-5"]) await vote(rating.poll.pollId,[o]);
const many = await make({ question:"Pick a letter", options: Array.from({length:20},(_,i)=>"Letter "+String.fromCharCode(65+i)) });
const host = (p: any) => `/${p.poll.pollId}#host=${p.hostKey}`;
const draft = await make({ question:"Ready for a break?", options:["Yes","No"], open:false });
await shot("home","phone","light","/"); await shot("home","desktop","light","/"); await shot("home","desktop","dark","/"); await shot("home","tiny","light","/");
await shot("homebad","phone","dark","/?code=hello");
await shot("notfound","desktop","light","/ABCDEFGH");
await shot("vote","phone","light",L, p=>p.getByText("Ramen").first().click());
await shot("vote","phone","dark",L); await shot("vote","desktop","light",L); await shot("vote","tiny","light",L);
await shot("counted","phone","light",L, async p=>{ await p.getByLabel("Ramen").check(); await p.getByRole("button",{name:"Vote"}).click(); await p.getByText("Counted").waitFor(); });
await shot("counted","desktop","dark",L, async p=>{ await p.getByLabel("Ramen").check(); await p.getByRole("button",{name:"Vote"}).click(); await p.getByText("Counted").waitFor(); });
await shot("multi","phone","light","/"+multi.poll.pollId);
await shot("rating","phone","light","/"+rating.poll.pollId);
await shot("many","phone","light","/"+many.poll.pollId);
await shot("draft","phone","light","/"+draft.poll.pollId);
await shot("draft-host","desktop","light",host(draft));
await shot("host","desktop","light",host(lunch)); await shot("host","projector","light",host(lunch)); await shot("host","projector","dark",host(lunch)); await shot("host","phone","light",host(lunch));
await shot("host-rating","desktop","dark",host(rating)); await shot("host-many","projector","light",host(many)); await shot("host-multi","desktop","light",host(multi));
await shot("kept","phone","light",L, async p=>{ await p.context().setOffline(true); await p.getByLabel("Ramen").check(); await p.getByRole("button",{name:"Vote"}).click(); await p.waitForTimeout(6000); });
await fetch(`${base}/api/polls/${rating.poll.pollId}/close`,{method:"POST",headers:{"x-host-key":rating.hostKey}});
await shot("closed","phone","light","/"+rating.poll.pollId);
await browser.close();
