/** あとで見る、また紙に印刷する結果のページと、その図。 */
import type { results as english } from "../en/results.ts";
import { everyPage } from "./every-page.ts";

const { number } = everyPage;

/** 時刻とその時間帯。指定がなければ読む人の時間帯。`at`：エポックミリ秒。 */
function moment(at: number, timeZone?: "UTC"): string {
  return new Date(at).toLocaleString("ja", {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    ...(timeZone && { timeZone }),
  });
}

/** 日付を別に示すところでの時刻。 */
function clock(at: number, timeZone?: "UTC"): string {
  return new Date(at).toLocaleString("ja", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone && { timeZone, timeZoneName: "short" }),
  });
}

/** 推移の一目盛りの長さ。 */
function span(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds}秒`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes}分` : `${Math.round(minutes / 60)}時間`;
}

/** 符号付き：`+12.5`、`−3`、`0`。 */
function signed(change: number): string {
  if (change === 0) return "0";
  return `${change > 0 ? "+" : "−"}${number(Math.abs(change))}`;
}

export const results: typeof english = {
  title: "結果",
  moment,
  clock,
  signed,

  soFar: "途中経過",
  opened: "開始",
  closed: "終了",
  closes: "終了予定",
  openedOn: (when) => `開始：${when}`,
  closedOn: (when) => `終了：${when}`,
  joined: "参加",
  here: "接続中",
  voted: "投票",

  isFinal: "最終結果です。数字はもう変わりません。",
  isCounting: "集計中です。締め切り間際に届いた票が加わることがあります。",
  isSoFar: "途中経過です。受付中のため、数字は変わることがあります。",
  isDraft: "この質問はまだ始まっていません。",
  readAgain: "もう一度見る",

  tableCaption: "選択肢ごとの票数",
  option: "選択肢",
  votesColumn: "票数",
  percentColumn: "投票者に対する割合",
  averageRow: "平均",
  votersRow: "投票者数",
  lastTime: "前回",
  change: "変化",
  notLastTime: "新規",

  timelineTitle: "票の推移",
  peak: (most, step) => `最も多かったのは${span(step)}間の${number(most)}票で、始まりは`,
  peakEnd: "です。",
  timelineAbout: (total) => `有効な${number(total)}票を、投票された時刻ごとに示しています。`,
  noTimeline: "票の推移の記録はもう残っていません。",

  oncePerBrowser:
    "1つのブラウザーで1票です。2つのブラウザーを使えば2回投票できるため、講演や授業に向き、選挙には向きません。",
  nobodyNamed: "だれが何を選んだかは、このページにもファイルにも載りません。",

  previous: "前回の同じ質問",
  waysTitle: "ほかのページ",
  toPoll: "質問へ",
  backToRoom: "ルームに戻る",
  toRoom: "このルームのすべての結果",
  toHost: "操作する",
  details: "この質問の詳細",
  questions: "質問",
  nothingAsked: "このルームではまだ質問が出されていません。",

  takeAway: "持ち帰る",
  print: "印刷",
  csv: "表（CSV）",
  json: "すべてのデータ（JSON）",
  svg: "画像（SVG）",
  png: "画像（PNG）",
  failed: "取得できませんでした。もう一度お試しください。",

  historyTitle: "操作の記録",
  history: {
    created: "作成",
    rewritten: "内容を変更",
    opened: "開始",
    closed: "終了",
    extended: "延長",
    hidden: "結果を非表示",
    revealed: "結果を公開",
    removed: "削除",
  },
  byHost: "ホストによる",
  byClock: "時間による",
};
