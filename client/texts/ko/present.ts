/** 발표 화면. */
import type { present as english } from "../en/present.ts";

export const present: typeof english = {
  joinAt: "접속 주소",
  withCode: "참여 코드",
  steps: {
    back: "이전",
    next: "다음",
    open: "시작",
    close: "마감",
    hide: "결과 숨기기",
    reveal: "결과 공개",
    extend: "+1분",
    again: "다시 묻기",
    fullScreen: "전체 화면",
    keys: "단축키",
  },
  keyList: [
    [["→", "↓", "Page Down", "스페이스"], "다음 질문(방에서)"],
    [["←", "↑", "Page Up"], "이전 질문"],
    [["O"], "아직 시작하지 않은 질문 시작"],
    [["C", "C"], "완전히 마감(두 번 누르기)"],
    [["H"], "결과 숨기기 또는 보기"],
    [["R"], "같은 질문 다시 묻기"],
    [["+"], "1분 연장"],
    [["F"], "전체 화면"],
    [["?"], "이 목록"],
  ],
  hiddenBecause: {
    live: "곧 결과가 표시됩니다.",
    afterVote: "결과는 투표한 뒤 자기 화면에서 볼 수 있습니다. 여기에는 마감 후에 나타납니다.",
    afterClose: "결과는 투표가 마감되면 여기에 나타납니다.",
    hidden: "지금은 호스트가 결과를 숨기고 있습니다.",
  },

  join: "참여",
  qr: (address) => `${address} 접속용 QR 코드`,
  onlyThisMachine:
    "다른 사람은 이 주소에 접속할 수 없습니다. 시작할 때 표시된 네트워크 주소로 이 페이지를 여세요.",
  numbers: "인원",
  joined: "참여",
  here: "접속 중",
  voted: "투표 완료",

  waiting: "첫 질문이 여기에 나타납니다.",
  between: "다음 질문이 여기에 나타납니다.",
  opensSoon: "곧 투표가 시작됩니다.",
  votesComeIn: () => "표가 들어왔습니다",
  timeUp: "시간이 끝났습니다",
  leads: "최다 득표",
  change: (points) => {
    if (points === 0) return "±0";
    return `${points > 0 ? "+" : "−"}${Math.abs(points)}`;
  },
  points: () => "포인트",
  changeExplained: "+와 −는 지난번과 비교한 변화(퍼센트포인트)입니다.",
  goneQuestion: "이 질문은 삭제되었습니다.",

  controls: "진행",
  onlyHost: "호스트만 할 수 있습니다. 이 브라우저에서 호스트 링크를 열거나 로그인해 주세요.",
  notNow: "지금은 할 수 없습니다.",
  underWay: "잠시만요. 앞의 조작이 아직 끝나지 않았습니다. 끝난 뒤 다시 눌러 주세요.",
  firstQuestion: "첫 질문입니다.",
  lastQuestion: "마지막 질문입니다.",
  closeTwice: "C 키를 한 번 더 누르면 완전히 마감합니다.",
  noFullScreen: "이 브라우저에서는 전체 화면으로 볼 수 없습니다.",
  keysTitle: "단축키",
  singleKeys: "글자, +, ?, 스페이스 키로 진행",
  singleKeysHint: "음성 입력을 쓴다면 꺼 주세요. 화살표, Page Up, Page Down 키는 언제나 쓸 수 있습니다.",
  done: "완료",
};
