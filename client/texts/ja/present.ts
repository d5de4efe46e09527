/** スクリーンに映すページ。 */
import type { present as english } from "../en/present.ts";

export const present: typeof english = {
  joinAt: "アクセス先",
  withCode: "参加コード",
  steps: {
    back: "前へ",
    next: "次へ",
    open: "開始",
    close: "終了",
    hide: "結果を隠す",
    reveal: "結果を公開",
    extend: "+1分",
    again: "もう一度質問",
    fullScreen: "全画面",
    keys: "キー操作",
  },
  keyList: [
    [["→", "↓", "Page Down", "スペース"], "次の質問へ（ルームの場合）"],
    [["←", "↑", "Page Up"], "前の質問へ"],
    [["O"], "まだ始まっていない質問を開始"],
    [["C", "C"], "完全に終了（2回押す）"],
    [["H"], "結果を隠す、または表示する"],
    [["R"], "同じ質問をもう一度"],
    [["+"], "1分延長"],
    [["F"], "全画面"],
    [["?"], "この一覧"],
  ],
  hiddenBecause: {
    live: "まもなく結果が表示されます。",
    afterVote: "結果は、投票したあと自分の画面で見られます。ここには終了後に表示されます。",
    afterClose: "結果は、投票が終了するとここに表示されます。",
    hidden: "今はホストが結果を非表示にしています。",
  },

  join: "参加",
  qr: (address) => `${address}を開くQRコード`,
  onlyThisMachine:
    "このアドレスにはほかの人がアクセスできません。起動時に表示されたネットワークアドレスで開いてください。",
  numbers: "人数",
  joined: "参加",
  here: "接続中",
  voted: "投票済み",

  waiting: "最初の質問がここに表示されます。",
  between: "次の質問がここに表示されます。",
  opensSoon: "まもなく投票が始まります。",
  votesComeIn: () => "票が届きました",
  timeUp: "時間です",
  leads: "最多",
  change: (points) => {
    if (points === 0) return "±0";
    return `${points > 0 ? "+" : "−"}${Math.abs(points)}`;
  },
  points: () => "ポイント",
  changeExplained: "+と−は、前回からの変化（パーセントポイント）です。",
  goneQuestion: "この質問は削除されました。",

  controls: "操作",
  onlyHost: "ホストだけの操作です。このブラウザーでホストリンクを開くか、ログインしてください。",
  notNow: "今はできません。",
  underWay: "少しお待ちください。前の操作がまだ終わっていません。終わってからもう一度押してください。",
  firstQuestion: "これが最初の質問です。",
  lastQuestion: "これが最後の質問です。",
  closeTwice: "もう一度Cキーを押すと、完全に終了します。",
  noFullScreen: "このブラウザーでは全画面にできません。",
  keysTitle: "キー操作",
  singleKeys: "文字、+、?、スペースのキーで操作する",
  singleKeysHint: "音声入力を使うときはオフにしてください。矢印、Page Up、Page Downはいつでも使えます。",
  done: "完了",
};
