package io.convoy.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.image.Images;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.TaskScore;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.ModelCard;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.SavedModel;
import io.convoy.spark.data.HadoopFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

final class EvaluationReportTest {
    private static final Head ANIMALS = Head.classes(3, List.of("cat & \"co\"", "dog", "eel"));
    private static final Head WEIGHT = new Head("weight", Head.Kind.VALUES, 1, List.of());

    @TempDir
    private Path folder;

    /** Of cats 3 right and 1 taken for a dog, of dogs 2 right; there are no eels. */
    private static ConfusionMatrix confusion() {
        ConfusionMatrix confusion = new ConfusionMatrix(3);
        for (int i = 0; i < 3; i++) {
            confusion.add(0, 0);
        }
        confusion.add(0, 1);
        confusion.add(1, 1);
        confusion.add(1, 1);
        return confusion;
    }

    private static List<Element> elements(String xml, String name)
            throws IOException, ParserConfigurationException, SAXException {
        NodeList found = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    private static List<Element> cells(String svg) throws IOException, ParserConfigurationException, SAXException {
        return elements(svg, "rect").stream()
                .filter(rectangle -> rectangle.getAttribute("class").equals("cell"))
                .toList();
    }

    @Test
    void thePictureHasACellForEachPairThatWasSeen() throws IOException, ParserConfigurationException, SAXException {
        String svg = ConfusionDrawing.of(ANIMALS, confusion());
        assertThat(cells(svg).stream()
                        .map(cell -> cell.getAttribute("data-is") + " " + cell.getAttribute("data-taken-for") + " "
                                + cell.getAttribute("fill") + " " + cell.getAttribute("fill-opacity") + " "
                                + cell.getTextContent()))
                .containsExactly(
                        "0 0 #1f5fbf 0.780 cat & \"co\" taken for cat & \"co\": 3 of 4",
                        "0 1 #e0701a 0.340 cat & \"co\" taken for dog: 1 of 4",
                        "1 1 #1f5fbf 1.000 dog taken for dog: 2 of 2");
        assertThat(elements(svg, "text").stream().map(Element::getTextContent))
                .contains("3", "1", "2", "cat & \"co\"", "eel", "taken for", "is");
    }

    @Test
    void manyClassesHaveCellsOfTheirOwnButNeitherNumbersNorNames()
            throws IOException, ParserConfigurationException, SAXException {
        ConfusionMatrix many = new ConfusionMatrix(1000);
        for (int i = 0; i < 1000; i++) {
            many.add(i, i * 7 % 1000);
        }
        String svg = ConfusionDrawing.of(Head.classes(1000, List.of()), many);
        assertThat(cells(svg)).hasSize(1000);
        assertThat(elements(svg, "text")).hasSize(2);
        assertThat(Integer.parseInt(elements(svg, "svg").get(0).getAttribute("width")))
                .isBetween(1000, 2200);
    }

    private ModelCard card(Head... heads) throws IOException {
        return SavedModel.save(folder.resolve("model"), 1, List.of(heads), Images.DECODER)
                .card();
    }

    @Test
    void thePageHasATableAndAPictureForEachHeadOfClasses()
            throws IOException, ParserConfigurationException, SAXException {
        Path page = folder.resolve("report.html");
        EvaluationReport.write(
                HadoopFiles.ofThisProcess(),
                page.toString(),
                card(ANIMALS, WEIGHT),
                List.of(
                        new TaskScore.Classes("class", confusion()),
                        new TaskScore.Numbers("weight", List.of(1.0, 2.0), 6)));
        String html = Files.readString(page);
        assertThat(elements(html, "tr").stream().map(Element::getTextContent))
                .containsExactly(
                        "classprecisionrecallF1images",
                        "cat & \"co\"100.00 %75.00 %85.71 %4",
                        "dog66.67 %100.00 %80.00 %2",
                        "eel–––0",
                        "mean83.33 %87.50 %82.86 %6");
        assertThat(elements(html, "svg")).hasSize(1);
        assertThat(elements(html, "p").stream().map(Element::getTextContent))
                .contains("test accuracy 83.33 % on 6 images", "test mean absolute error of weight 0.5000 on 6 images");
    }

    @Test
    void aNameSaysWhatIsWritten() throws IOException {
        ModelCard card = card(ANIMALS);
        HadoopFiles files = HadoopFiles.ofThisProcess();
        Path picture = folder.resolve("matrix.svg");
        EvaluationReport.write(files, picture.toString(), card, List.of(new TaskScore.Classes("class", confusion())));
        assertThat(Files.readString(picture)).isEqualTo(ConfusionDrawing.of(ANIMALS, confusion()));
        assertThatThrownBy(() -> EvaluationReport.requireName("report.pdf"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("--report expects a name that ends in .html or .svg, but it is report.pdf.");
        assertThatThrownBy(() -> EvaluationReport.write(
                        files,
                        picture.toString(),
                        card(WEIGHT),
                        List.of(new TaskScore.Numbers("weight", List.of(1.0), 1))))
                .hasMessage(picture + " expects a model of classes, but tiny tells none. Maybe write an .html file.");
    }
}
