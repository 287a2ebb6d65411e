package org.fasteners.sample;

/**
 * A sold seat: one line of a show's file.
 *
 * @param seat the number of the seat, from 1
 * @param price what was paid
 * @param counter the process that sold it
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
