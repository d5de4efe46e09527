/** どのページでも使う言葉。 */
import type { everyPage as english } from "../en/every-page.ts";

function number(value: number): string {
  return value.toLocaleString("ja");
}

/** 残り時間：`4:05`、`1時間20分`、`3日`。 */
function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)}日`;
  if (hours >= 1) return minutes % 60 ? `${hours}時間${minutes % 60}分` : `${hours}時間`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

export const everyPage: typeof english = {
  brand: "Pollcast",
  language: "言語",
  number,
  duration,
  status: { draft: "開始前", open: "受付中", closed: "終了" },
  hiddenBecause: {
    live: "まもなく結果が表示されます。",
    afterVote: "投票すると、ここに結果が表示されます。",
    afterClose: "投票が終了すると、ここに結果が表示されます。",
    hidden: "今はホストが結果を非表示にしています。",
  },

  timeLeft: (seconds) => `残り${duration(seconds)}`,
  closing: "締め切っています…",
  voted: (count) => `${number(count)}人が投票`,
  connected: (count) => `${number(count)}人が接続中`,
  nextQuestion: (question) => `次の質問：${question}`,
  questionOf: (position, total) => `${position}問目（全${total}問）`,

  options: "選択肢",
  results: "結果",
  counting: "集計中…",
  finalResults: "最終結果",
  yourVote: "あなたの投票",
  leading: "最多",
  votes: (count) => `${number(count)}票`,
  votesUnit: () => "票",
  percent: (percentage) => `${percentage}%`,
  ofVoters: (count) => `投票した${number(count)}人に対する割合です（複数選択可）。`,
  noVotesYet: "まだ票がありません。",
  nobodyVoted: "投票はありませんでした。",
  average: "平均（5段階）",

  reconnecting: "接続が切れました。自動で再接続しています…",
  offline: "接続が切れました。この端末はオフラインです。つながると自動で再接続します。",
  crowded: "アクセスが集中しています。このページを開いたままお待ちください。自動で接続します。",
  draining: "サーバーを再起動しています。自動で再接続します…",
  outdated: "Pollcastが更新されました。ページを再読み込みしてください。",
  reload: "再読み込み",
  removed: "ホストがこの投票を削除しました。",
  roomRemoved: "ホストがこのルームを終了しました。",
  noAnswer: "サーバーから応答がありません。もう一度お試しください。",
};
