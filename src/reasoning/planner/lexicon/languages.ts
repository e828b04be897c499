/** Which words mean which language? English names and the codes that catalogues use. */

/** `name code code`, one a comma. */
export const LANGUAGES = `english en eng, french fr fra fre, german de deu ger, spanish es spa, italian it ita,
  portuguese pt por, dutch nl nld dut, swedish sv swe, danish da dan, norwegian no nor, finnish fi fin,
  icelandic is isl, polish pl pol, czech cs ces cze, slovak sk slk, hungarian hu hun, romanian ro ron rum, greek el ell gre,
  turkish tr tur, russian ru rus, ukrainian uk ukr, serbian sr srp, croatian hr hrv, bulgarian bg bul, hebrew he heb,
  arabic ar ara, persian fa fas per farsi, hindi hi hin, tamil ta tam, telugu te tel, malayalam ml mal, bengali bn ben,
  urdu ur urd, japanese ja jpn, korean ko kor, chinese zh zho chi, mandarin cmn, cantonese cn yue, thai th tha,
  vietnamese vi vie, indonesian id ind, malay ms msa, tagalog tl tgl, swahili sw swa, irish ga gle, welsh cy cym,
  catalan ca cat, basque eu eus, latin la lat, estonian et est, latvian lv lav, lithuanian lt lit`;
