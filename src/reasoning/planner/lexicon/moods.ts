/** Which words tell of a mood, an occasion or a style? No column holds them; a language model may know what they mean. */

/** Moods and styles, by comma. */
export const MOODS = `absurd, absurdist, adult, aesthetic, aggressive, ambience, ambitious, angry,
  anxious, arthouse, artsy, arty, atmosphere, atmospheric, autumnal, background, beautiful, bedtime,
  believable, better, bigger, bingeable, bittersweet, bleak, bleaker, boring, brainless, breakup,
  brooding, brutal, calm, calmer, calming, camp, campy, catchy, cerebral, challenging, charming, cheerful,
  cheery, cheesy, chill, chilled, chilling, classic, classics, classy, clever, cleverer, cold, colder,
  colorful, colourful, comfort, comforting, complex, complicated, contemplative, contemporary, cool, cooler, cosy, cozy,
  creepier, cry, cult, cute, cuter, cyberpunk, cynical, danceable, dark, darker, deadpan, deep, deeper,
  depressing, devastating, different, dinner, disturbing, dreamlike, dreamy, dry, dystopian, easy,
  easygoing, edgier, edgy, eerie, elegant, emotional, empowering, energetic, epic, erotic, escapism,
  escapist, ethereal, exciting, exhilarating, experimental, faster, feelgood, festive, foggy, fun,
  funnier, futuristic, gentle, gentler, gloomy, goofy, gorgeous, gorier, gory, gothic, grand, grim,
  grimmer, gripping, gritty, groovy, grounded, hangover, happier, happy, haunting, heartbreaking,
  heartbroken, heartwarming, heavier, heavy, homesick, hopeful, hypnotic, immersive, inspirational,
  inspiring, intellectual, intelligent, intense, intimate, ironic, kitsch, lazy, light, lighter,
  lighthearted, lively, lonely, longer, lush, lyrical, macabre, magical, mainstream, mature, meditative,
  melancholia, melancholic, melancholy, mellow, mellower, mindbending, mindblowing, mindless, minimalist, modern,
  moody, morbid, motivational, moving, newer, nostalgia, nostalgic, obscure, offbeat, older, oldschool,
  ominous, optimistic, original, overlooked, party, peaceful, pensive, philosophical, poetic, poignant,
  popcorn, profound, psychedelic, psychological, quiet, quieter, quirkier, quirky, rain, rainy, raw,
  reading, realistic, relaxed, relaxing, retro, rewatchable, sad, sadder, satirical, satisfying,
  scarier, sensual, serious, sexy, shorter, silent, sillier, silly, simpler, sinister, sleep, sleepy,
  slow, slowburn, slower, smaller, smart, smarter, soft, softer, somber, sombre, soothing, sophisticated,
  soulful, steampunk, steamy, strange, stranger, stress, stressed, stressful, study, studying, stunning,
  stylised, stylish, stylistic, stylized, summery, sunday, sunny, surreal, sweeping, sweet, sweeter, tame,
  tearful, tender, tense, tenser, thoughtful, touching, trashy, trippier, trippy, twisted, twisty,
  undemanding, underrated, unique, unpopular, unpredictable, unsettling, unusual, unwind, upbeat,
  uplifting, vibe, vibes, vibey, vintage, violent, warm, warmer, weird, weirder, whimsical, wholesome,
  wintry, wistful, wittier, witty, working, workout, art house, avant garde, bad day, binge worthy, black
  and white, black comedy, black humor, black humour, blow my mind, break up, challenge me, cheer me up,
  cheer up, cheering up, crowd pleaser, crowd pleasing, cult classic, cult classics, dark comedy, dark
  humor, dark humour, date night, distract me, easy going, edge of my seat, edge of the seat, edge of your
  seat, fall asleep, family night, fast paced, feel good, feels good, found footage, fun loving, girls
  night, grown up, guilty pleasure, gut wrenching, guys night, hair raising, hard day, hard hitting, heart
  breaking, heart warming, hidden gem, hidden gems, late night, laugh out loud, less depressing, less
  known, less mainstream, less sad, less serious, less violent, lesser known, lift my spirits, light
  hearted, little known, long day, make me cry, mind bending, mind blowing, mind boggling, more realistic,
  more serious, movie night, nail biting, non mainstream, on a date, on a flight, on a plane, on a train, on the bus, on the train, old fashioned, old school, over the top, palate
  cleanser, pick me up, plot twist, plot twists, rainy day, romantic mood, sick day, slow burn, slow
  burning, slow paced, spine tingling, stop motion, stripped back, stripped down, switch off, thought
  provoking, thrilling ride, turn my brain off, turn off my brain, twist ending, visually striking,
  visually stunning, warm sounding, wind down, winding down`;

/** Suffixes of adjectives that tell of a mood or style where they stand before what is asked for. */
export const MOOD_SUFFIX = /.{3}(?:ful|ous|ive|ish|less|able|ible|esque|some|worthy)$/;

/** Words of these suffixes that are none. */
export const NO_MOODS = new Set(
  `british irish english spanish swedish danish finnish polish turkish scottish jewish detective executive native various
  previous religious available vegetable unless regardless superlative exclusive inclusive archive locomotive`.split(
    /\s+/,
  ),
);
