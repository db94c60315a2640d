package io.convoy.engine.data.image;

import java.util.Base64;

/**
 * Three pictures of 21×19 pixels, which the JDK's encoder wrote at quality 0.7, colours with 4:2:0 sampling, and the SHA-256 of
 * their planes as libjpeg-turbo 3 decodes them (through org.bytedeco:leptonica 1.87.0-1.5.13).
 */
final class GoldenJpegs {
    static final int WIDTH = 21;
    static final int HEIGHT = 19;
    static final String COLOR_SHA256 = "17ed29f1c983fc50ed68876d3df797248a0497ba067bc1e74ee1a2bbb200fbd0";
    static final String GRAY_SHA256 = "b469f027925986042769304d5fa51d8dce69a737f870e500d76ce5e6499ff2ad";

    private GoldenJpegs() {}

    static byte[] sequential() {
        return decode(
                "/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7"
                        + "Pj4+JS5ESUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7"
                        + "Ozs7Ozs7Ozv/wAARCAATABUDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
                        + "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
                        + "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
                        + "4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC"
                        + "AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm"
                        + "Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq"
                        + "8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDzyw0YyuFC/U1vQeHxtG3JPv3rY0vTgjYK8NXRW2mdOK68BHCV8LzVNZPfyMsvzWSkrM5W"
                        + "HRvk+7RXcrp8cYwykk8kAdKK8ao8HTk4ymro+6p5pJwRQsIk4+UV0NrGixFgoyFJFFFceXtqk2uz/I/Gcvbui5bQx+X9wUUUV4FN"
                        + "LkR93BvlR//Z");
    }

    static byte[] progressive() {
        return decode(
                "/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7"
                        + "Pj4+JS5ESUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7"
                        + "Ozs7Ozs7Ozv/wgARCAATABUDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAAAAUEAwb/xAAYAQACAwAAAAAAAAAAAAAAAAAD"
                        + "BQIEBv/aAAwDAQACEAMQAAAB87v2USwlLqm9z0QOM7Be+//EABsQAAIDAAMAAAAAAAAAAAAAAAABAgMRBBMh/9oACAEBAAEFAoU6"
                        + "LjipKqyNZ1pEERXkUs//xAAZEQADAQEBAAAAAAAAAAAAAAAAAQQRAjH/2gAIAQMBAT8BnqenNTwnF4f/xAAcEQACAgIDAAAAAAAA"
                        + "AAAAAAAAAgEDETEEEzL/2gAIAQIBAT8Boip6stsbpWcTJx/Iuj//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAY/Ah//xAAb"
                        + "EAACAgMBAAAAAAAAAAAAAAAAARExECFBUf/aAAgBAQABPyGZEGrRqogdXhVhCvBSlHDiH//aAAwDAQACAAMAAAAQ/wAYQv/EABYR"
                        + "AQEBAAAAAAAAAAAAAAAAAAEAEf/aAAgBAwEBPxAQxkGTpNxf/8QAGhEBAQACAwAAAAAAAAAAAAAAAQARMVFhsf/aAAgBAgEBPxDd"
                        + "hb6kgOSSNOHyBjf/xAAcEAEAAwACAwAAAAAAAAAAAAABABEhMUEQYXH/2gAIAQEAAT8Qcx9MKml99+GGpxHHkApFdQOJnxEoFiSd"
                        + "Rn//2Q==");
    }

    static byte[] gray() {
        return decode(
                "/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7"
                        + "Pj4+JS5ESUM8SDc9Pjv/wAALCAATABUBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
                        + "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
                        + "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
                        + "4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APOtF0Z764WJMDjLMewrsY/CCCIGGRmkA5DAYY+3pU9voeY/uVS8LKtvKUcALIBz"
                        + "joR0/ma7y1tlwCMHPTHeppDaWbbJVd5G+ZhGAdv1ya4nRUX5eBXc2QEVjNKgAdImZTjoQKisIY/I+4K//9k=");
    }

    private static byte[] decode(String text) {
        return Base64.getDecoder().decode(text);
    }
}
