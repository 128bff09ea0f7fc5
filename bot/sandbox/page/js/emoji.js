// The emoji that apps use most, by Slack's names. Any other stays as it was written.

const TABLE = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 muscle 💪 point_right 👉 point_left 👈
point_up ☝️ point_down 👇 handshake 🤝 writing_hand ✍️ eyes 👀 ear 👂 brain 🧠 heart ❤️ green_heart 💚 blue_heart 💙 broken_heart 💔
smile 😄 slightly_smiling_face 🙂 grinning 😀 joy 😂 wink 😉 blush 😊 thinking_face 🤔 neutral_face 😐 cry 😢 sob 😭
sweat_smile 😅 sunglasses 😎 sleeping 😴 zzz 💤 partying_face 🥳 star-struck 🤩 upside_down_face 🙃 facepalm 🤦 shrug 🤷
tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉
star ⭐ star2 🌟 sparkles ✨ fire 🔥 zap ⚡ rocket 🚀 boom 💥 100 💯 dart 🎯 rainbow 🌈 sunny ☀️ cloud ☁️ sunrise 🌅 moon 🌔 seedling 🌱 herb 🌿 evergreen_tree 🌲
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ warning ⚠️ no_entry ⛔ no_entry_sign 🚫
question ❓ grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ bangbang ‼️ information_source ℹ️ sos 🆘 new 🆕 ok 🆗 up 🆙
red_circle 🔴 large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 large_blue_circle 🔵 black_circle ⚫ white_circle ⚪
large_green_square 🟩 large_yellow_square 🟨 large_red_square 🟥 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸
arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrows_counterclockwise 🔄 repeat 🔁 fast_forward ⏩
alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ calendar 📆 date 📅 spiral_calendar_pad 🗓️ clock9 🕘
bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 email 📧 envelope ✉️ inbox_tray 📥 outbox_tray 📤
memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋 page_facing_up 📄 books 📚 book 📖 bookmark 🔖 pushpin 📌 paperclip 📎 link 🔗 mag 🔍 bulb 💡
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 moneybag 💰 dollar 💵 lock 🔒 unlock 🔓 key 🔑 gear ⚙️ wrench 🔧
hammer 🔨 hammer_and_wrench 🛠️ computer 💻 iphone 📱 robot_face 🤖 bug 🐛 package 📦 label 🏷️ triangular_flag_on_post 🚩
checkered_flag 🏁 crystal_ball 🔮 game_die 🎲 jigsaw 🧩 studio_microphone 🎙️ microphone 🎤 speaker 🔈 movie_camera 🎥 camera 📷 art 🎨
coffee ☕ pizza 🍕 cake 🍰 beers 🍻 drum_with_drumsticks 🥁 musical_note 🎵 palm_tree 🌴 house 🏠 office 🏢 airplane ✈️ bicyclist 🚴 runner 🏃
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zero 0️⃣ construction 🚧 busts_in_silhouette 👥 bust_in_silhouette 👤
`.trim().split(/\s+/);

const EMOJI = new Map();
for (let at = 0; at < TABLE.length; at += 2) EMOJI.set(TABLE[at], TABLE[at + 1]);

/** The sign for a name such as `tada`, or null. Skin tones are dropped. */
export const emoji = (name) => EMOJI.get(String(name).split('::')[0]) || null;

export const QUICK = ['thumbsup', 'white_check_mark', 'eyes', 'tada'];
