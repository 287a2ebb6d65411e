package org.fasteners.sample;

/**
 * A sold seat: one line in the file of a show.
 *
 * @param seat the number of the seat, from 1
 * @param price the paid price
 * @param counter the ID of the process that sold it
 */
record Sale(int seat, int price, long counter) {

	static Sale parse(String line) {
		String[] fields = line.split(",", -1);
		return new Sale(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), Long.parseLong(fields[2]));
	}

	String line() {
		return this.seat + "," + this.price + "," + this.counter;
	}

}
