// A signature drawn on a canvas goes into a hidden field as a PNG, in black on white whatever the theme.
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-signature]")) {
    const canvas = box.querySelector("canvas");
    const image = box.querySelector("input[name='signature.image']");
    const pen = canvas.getContext("2d");
    let last = null;

    const clear = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      image.value = "";
    };
    const place = (event) => {
      const frame = canvas.getBoundingClientRect();
      return [
        ((event.clientX - frame.left) * canvas.width) / frame.width,
        ((event.clientY - frame.top) * canvas.height) / frame.height,
      ];
    };
    const draw = (from, to) => {
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    };
    const stop = () => {
      if (last) image.value = canvas.toDataURL("image/png");
      last = null;
    };

    clear();
    Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = place(event);
      draw(last, last);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const here = place(event);
      draw(last, here);
      last = here;
    });
    canvas.addEventListener("pointerup", stop);
    canvas.addEventListener("pointercancel", stop);
    box.querySelector("[data-clear]").addEventListener("click", clear);
    box.querySelector("[data-pad]").hidden = false;
  }
})();
