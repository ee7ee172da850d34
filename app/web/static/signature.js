// A signature drawn on a canvas goes into a hidden field as a PNG, in black on white whatever the theme.
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-signature]")) {
    const canvas = box.querySelector("canvas");
    const image = box.querySelector("input[name='signature.image']");
    const signer = box.querySelector("input[name='signature.name']");
    const pen = canvas.getContext("2d");
    const kept = image.value; // what came back with a form that was not accepted
    let last = null;

    const clear = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      keep("");
    };
    // A drawing is nobody's until somebody is named.
    const keep = (drawn) => {
      image.value = drawn;
      signer.required = drawn !== "";
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
      if (last) keep(canvas.toDataURL("image/png"));
      last = null;
    };

    clear();
    if (kept) {
      const picture = new Image();
      picture.addEventListener("load", () => pen.drawImage(picture, 0, 0));
      picture.src = kept;
      keep(kept);
    }
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
