/** Which words tell of a mood, an occasion or a style? No column holds them; a language model may know what they mean. */

/** Moods and styles, by comma. */
export const MOODS = `mind bending, mindbending, mind blowing, mindblowing, mind boggling, feel good, feelgood, feels good,
  slow burn, slowburn, slow burning, slow paced, fast paced, melancholic, melancholy, melancholia, cozy, cosy, comforting,
  comfort, gritty, moody, dark, darker, bleak, bleaker, grim, grimmer, light, lighter, lighthearted, light hearted, uplifting,
  heartwarming, heart warming, heartbreaking, heart breaking, sad, sadder, happy, happier, cheerful, dreamy, dreamlike,
  surreal, weird, weirder, strange, stranger, quirky, quirkier, offbeat, whimsical, witty, wittier, clever, cleverer, smart,
  smarter, intelligent, cerebral, intellectual, thought provoking, thoughtful, deep, deeper, profound, philosophical,
  atmospheric, hypnotic, haunting, eerie, unsettling, disturbing, twisted, tense, tenser, nail biting, edge of my seat,
  edge of your seat, edge of the seat, gripping, exciting, exhilarating, thrilling ride, intense, raw, brutal, violent,
  less violent, gentle, gentler, soft, softer, sweet, sweeter, wholesome, charming, cute, cuter, sexy, steamy, sensual,
  erotic, epic, sweeping, grand, intimate, quiet, quieter, calm, calmer, calming, relaxing, relaxed, chill, chilled,
  chilling, mellow, mellower, soothing, peaceful, meditative, contemplative, nostalgic, nostalgia, retro, vintage,
  old school, oldschool, old fashioned, classic, classy, stylish, stylised, stylized, visually stunning, visually striking,
  stunning, beautiful, gorgeous, colourful, colorful, minimalist, artsy, arty, arthouse, art house, experimental, avant
  garde, cult, campy, camp, cheesy, trashy, silly, sillier, goofy, absurd, absurdist, satirical, ironic, cynical, edgy,
  edgier, dry, deadpan, black humour, dark humour, dark humor, black humor, dark comedy, black comedy, hopeful,
  optimistic, inspiring, inspirational, motivational, empowering, bittersweet, poignant, moving, touching, emotional,
  tender, romantic mood, lonely, gloomy, rainy, foggy, wintry, autumnal, summery, festive, energetic, upbeat, lively, fun,
  fun loving, easy, easygoing, easy going, undemanding, mindless, brainless, turn my brain off, turn off my brain, switch
  off, unpredictable, plot twist, plot twists, twisty, twist ending, complex, complicated, challenging, ambitious, original,
  unusual, unique, different, underrated, overlooked, hidden gem, hidden gems, obscure, lesser known, little known,
  mainstream, non mainstream, less mainstream, less known, dystopian, futuristic, gothic, cyberpunk, steampunk, psychedelic,
  trippy, trippier, realistic, more realistic, grounded, believable, over the top, stylistic, kitsch,
  wistful, pensive, brooding, sombre, somber, ominous, sinister, macabre, morbid, spine tingling, hair raising, creepier,
  scarier, funnier, more serious, serious, less serious, less sad, shorter, longer, slower, faster, better, older, newer,
  bigger, smaller, simpler, warmer, warm, cold, colder, cool, cooler, rainy day, date night, movie night, family night,
  girls night, guys night, late night, lazy, hangover, sick day, bedtime, background, study, studying, reading, working,
  workout, party, dinner, sleep, fall asleep, sleepy, winding down, wind down, unwind, cry, make me cry,
  laugh out loud, blow my mind, challenge me, cheer me up, cheer up, cheering up, lift my spirits, pick me up, distract me,
  breakup, break up, bad day, hard day, long day, stress, stressful, stressed, anxious, heartbroken, homesick, vibe, vibes,
  vibey, aesthetic, ambience, atmosphere,
  satisfying, rewatchable, rewatch, bingeable, binge worthy, escapist, escapism, immersive, magical, poetic, lyrical,
  elegant, sophisticated, mature, grown up, adult, unpopular, classics, cult classic, cult classics, original, tame, cheery, sunny, sunday, rain, crowd pleasing, crowd pleaser,
  guilty pleasure, palate cleanser, popcorn, tearful, gut wrenching, devastating, depressing, less depressing, soulful,
  groovy, danceable, catchy, angry, aggressive, hard hitting, heavy, heavier, ethereal, lush, warm sounding,
  stripped down, stripped back, psychological, slow, boring, black and white, silent, stop motion, found footage, gory, gorier`;

/** Suffixes of adjectives that tell of a mood or style where they stand before what is asked for. */
export const MOOD_SUFFIX = /.{3}(?:ful|ous|ive|ish|less|able|ible|esque|some|worthy)$/;

/** Words of these suffixes that are none. */
export const NO_MOODS = new Set(
  `british irish english spanish swedish danish finnish polish turkish scottish jewish detective executive native various
  previous religious available vegetable unless regardless superlative exclusive inclusive archive locomotive`.split(
    /\s+/,
  ),
);
