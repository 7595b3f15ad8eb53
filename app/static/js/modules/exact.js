/* Numbers counted as whole numbers of their last decimals, so that nothing is rounded: 12.5 with 3 decimals is 12500. */

export const NUMBER = /^-?\d+(\.\d+)?$/;

export const decimalsOf = (text) => (text.split(".")[1] ?? "").length;

export const counted = (text, decimals) => {
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const digits = BigInt(whole + fraction.padEnd(decimals, "0"));
  return text.startsWith("-") ? -digits : digits;
};

export const written = (value, decimals) => {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${decimals > 0 ? `.${digits.slice(point)}` : ""}`;
};
