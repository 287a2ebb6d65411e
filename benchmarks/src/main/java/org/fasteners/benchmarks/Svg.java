package org.fasteners.benchmarks;

import java.io.StringWriter;
import java.util.Locale;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;

import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * An SVG image under construction.
 */
final class Svg {

	private static final String NAMESPACE = "http://www.w3.org/2000/svg";

	private final Element root;

	Svg(int width, int height) {
		try {
			Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
			this.root = document.createElementNS(NAMESPACE, "svg");
			document.appendChild(this.root);
		}
		catch (ParserConfigurationException ex) {
			throw new IllegalStateException("Could not create an XML document", ex);
		}
		set(this.root, "viewBox", String.format(Locale.ROOT, "0 0 %d %d", width, height), "width", width, "height",
				height);
	}

	Element root() {
		return this.root;
	}

	/**
	 * Add an element.
	 * @param parent the parent element
	 * @param name the name of the element
	 * @param attributes alternating names and values
	 * @return the element
	 */
	static Element add(Element parent, String name, Object... attributes) {
		Element element = parent.getOwnerDocument().createElementNS(NAMESPACE, name);
		set(element, attributes);
		parent.appendChild(element);
		return element;
	}

	/**
	 * Add an element with text.
	 * @param parent the parent element
	 * @param name the name of the element
	 * @param text the text of the element
	 * @param attributes alternating names and values
	 */
	static void addText(Element parent, String name, String text, Object... attributes) {
		add(parent, name, attributes).setTextContent(text);
	}

	static void set(Element element, Object... attributes) {
		for (int i = 0; i < attributes.length; i += 2) {
			element.setAttribute((String) attributes[i], String.valueOf(attributes[i + 1]));
		}
	}

	@Override
	public String toString() {
		StringWriter text = new StringWriter();
		try {
			Transformer transformer = TransformerFactory.newInstance().newTransformer();
			transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
			transformer.setOutputProperty(OutputKeys.INDENT, "yes");
			transformer.transform(new DOMSource(this.root), new StreamResult(text));
		}
		catch (TransformerException ex) {
			throw new IllegalStateException("Could not write the image", ex);
		}
		return text.toString();
	}

}
