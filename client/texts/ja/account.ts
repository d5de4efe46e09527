/** アカウントのページ。 */
import type { account as english } from "../en/account.ts";
import { everyPage } from "./every-page.ts";

/** 何秒前かを人の言葉で。 */
function ago(seconds: number): string {
  if (seconds < 90) return "たった今";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}分前`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours}時間前` : `${Math.round(hours / 24)}日前`;
}

/** 「AndroidのFirefox」。わからないものは`null`。 */
function device({ browser, system }: { browser: string | null; system: string | null }): string {
  if (!system) return browser ?? "プログラム";
  return `${system}の${browser ?? "ブラウザー"}`;
}

export const account: typeof english = {
  ago,
  device,
  complaints: {
    wrongCredentials: "メールアドレスまたはパスワードが違います。",
    wrongPassword: "パスワードが違います。",
    notAnEmail: "メールアドレスではありません。name@example.orgのように入力してください。",
    taken: "このメールアドレスのアカウントはすでにあります。ログインしてください。",
    badPassword: (least, most) =>
      `パスワードは${least}文字以上${most}文字以内で、メールアドレスとは別のものにしてください。`,
    tooOften: (minutes) => `回数が多すぎます。${everyPage.number(minutes)}分後にもう一度お試しください。`,
    outOfDate: "ページが古くなっていました。もう一度送ってください。",
    signedOut: "ログインしていません。もう一度ログインしてください。",
    endedAnew:
      "ちょうど今、このアカウントはすべてのブラウザーでログアウトされました。もう一度ログインしてください。",
    unreadable: "送られた内容を読み取れませんでした。このページのフォームに入力してください。",
  },
  done: {
    signedOut: "ログアウトしました。",
    signedOutEverywhere: "すべてのブラウザーでログアウトしました。",
    revoked: "そのブラウザーをログアウトしました。",
    password: "パスワードを変更しました。ほかのブラウザーはログアウトされました。",
    deleted: "アカウントを削除しました。投票は残り、ホストリンクを持つ人が操作できます。",
  },
  pollStates: {
    draft: "開始前",
    open: "受付中",
    closed: "終了",
  },
  signIn: "ログイン",
  signInLead:
    "自分の投票をまた見つけて、どのブラウザーからでも操作するためのものです。投票するだけならアカウントはいりません。",
  email: "メールアドレス",
  password: "パスワード",
  signUp: "アカウントを作る",
  signUpLead: "メールアドレスはここでの名前になるだけで、何も送られません。",
  newPassword: "新しいパスワード",
  currentPassword: "今のパスワード",
  passwordHint: (least) => `${least}文字以上。`,

  title: "アカウント",
  signedInAs: "ログイン中：",
  signOut: "ログアウト",
  myPolls: "自分の投票",
  noPolls: "ログイン中に作った投票がここに並びます。",
  makePoll: "投票を作る",
  olderPolls: "もっと前の投票",
  voted: (count) => `${everyPage.number(count)}人が投票`,
  room: "複数の質問",
  steer: "操作する",
  results: "結果",

  sessions: "ログイン中のブラウザー",
  thisBrowser: "このブラウザー",
  lastUsed: (seconds) => `最後に使ったのは${ago(seconds)}`,
  signOutOf: (device) => `${device}をログアウト`,
  signOutEverywhere: "すべてのブラウザーでログアウト",
  sessionsAway: "ブラウザーの一覧を今は読み込めません。",
  pollsAway: "投票の一覧を今は読み込めません。",

  changePassword: "パスワードを変更",
  passwordLead: "ほかのブラウザーはすべてログアウトされます。",
  deleteAccount: "アカウントを削除",
  deleteLead: "元に戻せません。投票は残りますが、だれのものでもなくなります。",

  awayTitle: "アカウントに接続できません",
  away: "アカウントの保存先が今は応答しません。投票は続けられます。少し待ってからもう一度お試しください。",
  tryAgain: "もう一度試す",
  withoutTitle: "ここにはアカウントがありません",
  without:
    "このサービスにはアカウントがありません。投票はアカウントなしで作成でき、ホストリンクで操作できます。",
  formTitle: "うまくいきませんでした",
  fallback: "サービスの一部が今は止まっています。ログインしたままですが、少し遅くなることがあります。",
};
