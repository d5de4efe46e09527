/** 断られた理由。サーバーの文は英語なので、コードから言い直す。 */
import type { RefusalCode } from "../../../shared/refusals.ts";
import type { refusals as english } from "../en/refusals.ts";

const byCode: Partial<Record<RefusalCode, string>> = {
  BAD_MESSAGE: "入力に誤りがあります。内容を確かめてください。",
  NOT_ALLOWED: "この操作はホストだけができます。ホストリンクを開くか、ログインしてください。",
  BAD_ORIGIN: "別のサイトからの操作は受け付けられません。",
  POLL_NOT_FOUND: "この投票はもうありません。",
  ROOM_NOT_FOUND: "このルームはもうありません。",
  CONFLICT: "その間に状態が変わりました。ページを再読み込みしてください。",
  POLL_NOT_OPEN: "この投票はまだ始まっていません。",
  POLL_CLOSED: "この投票はもう終了しています。",
  TOO_LARGE: "内容が長すぎます。短くしてください。",
  NOT_SUPPORTED: "ここではできない操作です。",
  UNAVAILABLE: "サービスが今は応答できません。少し待ってからもう一度お試しください。",
};

/** `after`：何ミリ秒後に受け付けられるか。 */
function tooMany(after: number): string {
  const seconds = Math.ceil(after / 1000);
  const wait = seconds > 120 ? `${Math.ceil(seconds / 60)}分` : `${seconds}秒`;
  return `回数が多すぎます。${wait}後にもう一度お試しください。`;
}

export const refusals: typeof english = {
  why: ({ code, retryAfterMs = 1000 }) => {
    if (code === "RATE_LIMITED") return tooMany(retryAfterMs);
    return (code && byCode[code]) ?? null;
  },
  atField: () => "この欄の内容を確かめてください。",
};
